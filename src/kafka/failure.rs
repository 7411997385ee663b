//! What can go wrong with Kafka, in the classes that decide what happens next.
//!
//! [`Class`] is for the transaction loop: try again, abort, or build a new producer. [`Failure`] is for people and exit
//! codes. The classes come from errors injected into the client library on its mock cluster (`on_the_mock.rs`).

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// What the transaction loop does about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// The same call may be made again, with the same arguments.
    Retriable,
    /// The transaction is lost; the producer is not.
    Abortable,
    /// The producer is lost; a new one with the same transactional id continues.
    Fatal,
}

/// The class of an error of a transactional call. What carries no flag counts as fatal, as librdkafka's own
/// introduction asks, except a flush that timed out, which is simply not finished.
pub(super) fn classify(error: &KafkaError) -> Class {
    match error {
        KafkaError::Transaction(e) if e.is_fatal() => Class::Fatal,
        KafkaError::Transaction(e) if e.txn_requires_abort() => Class::Abortable,
        KafkaError::Transaction(e) if e.is_retriable() => Class::Retriable,
        KafkaError::Flush(_) => Class::Retriable,
        KafkaError::MessageProduction(code) => match code {
            RDKafkaErrorCode::QueueFull => Class::Retriable,
            RDKafkaErrorCode::Fatal | RDKafkaErrorCode::Fenced => Class::Fatal,
            // `Erroneous state`: the transaction already needs an abort.
            _ => Class::Abortable,
        },
        _ => Class::Fatal,
    }
}

/// Why a transaction was aborted: decides whether a record can be to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// A rebalance, an outage, a moved coordinator: the same records will go through later.
    Circumstances,
    /// The cluster refuses us: no record is to blame and trying again does not help.
    Refused,
    /// The broker refuses what we sent: trying the same records again gives the same answer.
    Records,
}

/// Who is to blame for an abort. Only codes that speak about the records themselves may ever lead to a dead letter:
/// with a longer list an outage of one partition would turn good news into dead letters.
pub(super) fn blame(code: RDKafkaErrorCode) -> Blame {
    use RDKafkaErrorCode as Code;
    match code {
        Code::MessageSizeTooLarge
        | Code::InvalidMessage
        | Code::InvalidMessageSize
        | Code::MessageBatchTooLarge
        | Code::InvalidTimestamp
        | Code::InvalidRecord
        | Code::PolicyViolation => Blame::Records,
        Code::TopicAuthorizationFailed
        | Code::GroupAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed
        | Code::SaslAuthenticationFailed
        | Code::Authentication
        | Code::UnknownTopic
        | Code::InvalidTopic => Blame::Refused,
        _ => Blame::Circumstances,
    }
}

/// Why a command or a worker ended, in words for whoever has to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No broker answered in time.
    #[error("Kafka cannot be reached at {brokers}: {detail}; check kafka.brokers and the security section")]
    Unreachable {
        /// The configured brokers.
        brokers: String,
        /// What the client library said.
        detail: String,
    },
    /// The cluster answered and said no.
    #[error("Kafka refused: {0}")]
    Refused(String),
    /// Another process has the same name.
    #[error(
        "fenced: another process runs as instance `{instance}` of group `{group}` ({detail}); \
         give each process its own --instance"
    )]
    Fenced {
        /// The name that two share.
        instance: String,
        /// The consumer group.
        group: String,
        /// What the client library said.
        detail: String,
    },
    /// A setting that only the client library could judge.
    #[error("the Kafka client does not accept the configuration: {0}")]
    Configuration(String),
    /// Topics of the contract that do not exist, or are not visible.
    #[error(
        "missing topics: {0}; create them with `sanctions-stream topics create`, or allow this user to describe them"
    )]
    MissingTopics(String),
    /// The state of a partition of the mentions is kept in the partition of the same number of the stories.
    #[error(
        "{mentions} has {mentions_count} partitions and {stories} {stories_count}, and both must have the same number: \
         the stories of a partition are restored from the partition of its number; give the smaller one more with \
         `kafka-topics.sh --alter --topic NAME --partitions N`, or create both anew with `sanctions-stream topics create`"
    )]
    UnequalPartitions {
        /// The topic of the mentions.
        mentions: String,
        /// Its partitions.
        mentions_count: i32,
        /// The table of stories.
        stories: String,
        /// Its partitions.
        stories_count: i32,
    },
    /// Anything else that a new client did not cure.
    #[error("{0}")]
    Fatal(String),
}

impl Failure {
    /// The exit code of a process that ends with this failure: 2 configuration, 3 unreachable or refused, 4 fatal.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Configuration(_) => 2,
            Self::Unreachable { .. } | Self::Refused(_) | Self::MissingTopics(_) | Self::UnequalPartitions { .. } => 3,
            Self::Fenced { .. } | Self::Fatal(_) => 4,
        }
    }

    /// A failure to build a client.
    pub(super) fn building(error: &KafkaError) -> Self {
        match error {
            KafkaError::ClientConfig(_, wrong, name, value) => {
                Self::Configuration(format!("{wrong}: `{name}` = `{}`", shown(name, value)))
            }
            other => Self::Configuration(other.to_string()),
        }
    }

    /// The failure that an error of a running client amounts to.
    pub(super) fn of(doing: &str, error: &KafkaError) -> Self {
        let text = format!("{doing}: {error}");
        match error.rdkafka_error_code() {
            Some(code) if blame(code) == Blame::Refused => Self::Refused(text),
            _ => Self::Fatal(text),
        }
    }
}

/// Whether an error says that another process took the name.
pub(super) fn is_fenced(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::Fenced
            | Code::ProducerFenced
            | Code::InvalidProducerEpoch
            | Code::FencedInstanceId
            | Code::UnreleasedInstanceId
    )
}

fn shown<'a>(name: &str, value: &'a str) -> &'a str {
    if name.contains("password") || name.contains("secret") { "***" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_fault_of_the_record_blames_the_record() {
        assert_eq!(blame(RDKafkaErrorCode::MessageSizeTooLarge), Blame::Records);
        assert_eq!(blame(RDKafkaErrorCode::TopicAuthorizationFailed), Blame::Refused);
        for code in [
            RDKafkaErrorCode::IllegalGeneration,
            RDKafkaErrorCode::UnknownMemberId,
            RDKafkaErrorCode::MessageTimedOut,
            RDKafkaErrorCode::NotEnoughReplicas,
        ] {
            assert_eq!(blame(code), Blame::Circumstances, "{code:?}");
        }
    }

    #[test]
    fn errors_without_flags_are_fatal_but_an_unfinished_flush_is_not() {
        assert_eq!(classify(&KafkaError::Canceled), Class::Fatal);
        assert_eq!(classify(&KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut)), Class::Retriable);
        assert_eq!(classify(&KafkaError::MessageProduction(RDKafkaErrorCode::State)), Class::Abortable);
    }

    #[test]
    fn a_refused_password_is_not_repeated_in_the_message() {
        let conf = rdkafka::types::RDKafkaConfRes::RD_KAFKA_CONF_INVALID;
        let error = KafkaError::ClientConfig(conf, "bad".into(), "sasl.password".into(), "hunter2".into());
        assert!(!Failure::building(&error).to_string().contains("hunter2"));
    }
}
