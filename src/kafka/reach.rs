//! Whether the cluster answers, and if it does not, what was heard instead.
//!
//! The client library goes on connecting for ever and reports a wrong password like a broker that is down: by a timeout.
//! Here its errors are listened to, so that a refusal is told at once and a timeout with its reason. Nothing is retried
//! that a command would not try for the first time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::Metadata;

use super::client;
use super::failure::Failure;
use crate::config::Config;

/// How long the first question waits before what was heard is looked at. A further one waits twice as long, because a
/// distant cluster may need more than that for an answer.
const GLANCE: Duration = Duration::from_millis(300);
const PAUSE: Duration = Duration::from_millis(50);

/// Remembers the last thing that went wrong while connecting.
#[derive(Default)]
struct Ear(Mutex<Option<(RDKafkaErrorCode, String)>>);

impl ClientContext for Ear {
    fn error(&self, error: KafkaError, reason: &str) {
        let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
        // That all brokers are down follows the reason why each is, and says less.
        if code != RDKafkaErrorCode::AllBrokersDown {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((code, reason.to_owned()));
        }
    }
}

impl ConsumerContext for Ear {}

/// The metadata of the whole cluster.
///
/// # Errors
/// [`Failure::Refused`] as soon as the cluster does not accept who we say we are, [`Failure::Unreachable`] when
/// `kafka.connect_timeout_ms` is over.
pub(super) fn reach(config: &Config) -> Result<Metadata, Failure> {
    let consumer: BaseConsumer<Ear> =
        client::common(config).create_with_context(Ear::default()).map_err(|error| Failure::building(&error))?;
    let patience = config.kafka.connect_timeout;
    let (began, mut glance) = (Instant::now(), GLANCE);
    loop {
        let asked = Instant::now();
        let answer = consumer.fetch_metadata(None, patience.saturating_sub(began.elapsed()).min(glance));
        if asked.elapsed() >= glance {
            glance = glance.saturating_mul(2);
        }
        // What was heard is handed to the context inside of a poll, and only there. The first poll is also the pause after
        // a question that failed at once.
        let pause = if answer.is_ok() { Duration::ZERO } else { PAUSE };
        while consumer.poll(pause).is_some() && began.elapsed() < patience {}
        let heard = consumer.context().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match (answer, heard) {
            (Ok(metadata), _) => return Ok(metadata),
            (Err(_), Some((RDKafkaErrorCode::Authentication, reason))) => {
                return Err(Failure::Refused(format!(
                    "{reason}; check the user, the password and the security section"
                )));
            }
            (Err(error), heard) if began.elapsed() >= patience => {
                let detail = heard.map_or_else(|| error.to_string(), |(_, reason)| reason);
                return Err(Failure::Unreachable { brokers: config.kafka.brokers.join(","), detail });
            }
            (Err(_), _) => {}
        }
    }
}
