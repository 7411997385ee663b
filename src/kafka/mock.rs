//! librdkafka's mock cluster in this process: a broker for `demo` and for error injection.
//!
//! It is not a durable broker. Transactions answer OK and do nothing, offsets committed in them are forgotten, records
//! beyond 5 MiB a partition are dropped without a word, and a fetch does not wake on new data. It must never be used to
//! show that something is exactly once.

use std::time::Duration;

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;

use super::failure::Failure;
use crate::config::Config;

/// What the mock keeps of one partition, in bytes; older records are dropped in silence.
pub const PARTITION_BYTES: usize = 5 << 20;

/// A running mock cluster with one broker. Dropping it ends it, so clients must be dropped first.
pub struct Mock {
    pub(super) cluster: MockCluster<'static, DefaultProducerContext>,
}

impl Mock {
    /// Starts the cluster with these topics (`name`, partitions). The mock has no CreateTopics call.
    ///
    /// # Errors
    /// When the cluster cannot listen on the loopback interface.
    pub fn start(topics: &[(String, i32)]) -> Result<Self, Failure> {
        let failed = |error| Failure::Fatal(format!("starting the mock cluster: {error}"));
        let cluster = MockCluster::new(1).map_err(failed)?;
        for (name, partitions) in topics {
            cluster.create_topic(name, *partitions, 1).map_err(failed)?;
        }
        Ok(Self { cluster })
    }

    /// Points a configuration at this cluster, with the settings that it needs.
    pub fn adapt(&self, config: &mut Config) {
        config.kafka.brokers = self.cluster.bootstrap_servers().split(',').map(str::to_owned).collect();
        config.security = crate::config::Security::default();
        // A fetch on the mock sleeps its whole wait even when data arrives.
        config.kafka.fetch_wait = Duration::from_millis(10);
    }

    /// Refuses a log that the mock would silently truncate: `bytes` over so many partitions, with room for skew.
    ///
    /// # Errors
    /// With the sizes, when the log does not fit.
    pub fn check_size(bytes: usize, partitions: usize) -> Result<(), Failure> {
        let room = PARTITION_BYTES * partitions / 2;
        if bytes <= room {
            return Ok(());
        }
        Err(Failure::Fatal(format!(
            "the log has {bytes} bytes, and the mock cluster keeps {PARTITION_BYTES} a partition: \
             it would drop records without a word; replay against a real broker instead"
        )))
    }
}
