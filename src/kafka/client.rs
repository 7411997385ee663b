//! Client configurations: what librdkafka is told, and why.
//!
//! Nothing here connects. The values that exactly-once rests on are set last, so that no pass-through option can
//! replace them even if the list of refused names in `config` should miss one.

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use crate::config::{Config, GroupProtocol, HostCheck, OffsetReset, Sasl};

/// What every client has in common: brokers, security, pass-through options.
pub(super) fn common(config: &Config) -> ClientConfig {
    let mut client = ClientConfig::new();
    for (name, value) in &config.kafka.options {
        client.set(name, value);
    }
    client.set("bootstrap.servers", config.kafka.brokers.join(","));
    client.set("client.id", &config.kafka.client_id);
    client.set("allow.auto.create.topics", "false");
    client.set_log_level(RDKafkaLogLevel::Info);
    let protocol = match (&config.security.tls, &config.security.sasl) {
        (None, None) => "plaintext",
        (Some(_), None) => "ssl",
        (None, Some(_)) => "sasl_plaintext",
        (Some(_), Some(_)) => "sasl_ssl",
    };
    client.set("security.protocol", protocol);
    if let Some(tls) = &config.security.tls {
        // The vendored OpenSSL does not know where this system keeps its certificates; `probe` looks in the usual places.
        let ca = tls.ca.as_ref().map_or_else(|| "probe".to_owned(), |path| path.display().to_string());
        client.set("ssl.ca.location", ca);
        if let Some((cert, key)) = &tls.identity {
            client.set("ssl.certificate.location", cert.display().to_string());
            client.set("ssl.key.location", key.display().to_string());
        }
        if let Some(password) = &tls.key_password {
            client.set("ssl.key.password", password.reveal());
        }
        let algorithm = match tls.host_check {
            HostCheck::On => "https",
            HostCheck::Off => "none",
        };
        client.set("ssl.endpoint.identification.algorithm", algorithm);
    }
    match &config.security.sasl {
        None => {}
        Some(Sasl::Password { mechanism, username, password }) => {
            client.set("sasl.mechanism", mechanism);
            client.set("sasl.username", username);
            client.set("sasl.password", password.reveal());
        }
        Some(Sasl::Oidc { client_id, client_secret, token_endpoint, scope }) => {
            client.set("sasl.mechanism", "OAUTHBEARER");
            client.set("sasl.oauthbearer.method", "oidc");
            client.set("sasl.oauthbearer.client.id", client_id);
            client.set("sasl.oauthbearer.client.secret", client_secret.reveal());
            client.set("sasl.oauthbearer.token.endpoint.url", token_endpoint);
            if let Some(scope) = scope {
                client.set("sasl.oauthbearer.scope", scope);
            }
        }
    }
    client
}

/// The consumer of one worker. `slot` is its stable name in the group.
pub(super) fn consumer(config: &Config, slot: &str) -> ClientConfig {
    let kafka = &config.kafka;
    let mut client = common(config);
    client.set("group.id", &kafka.group);
    client.set("group.instance.id", slot);
    client.set("max.poll.interval.ms", kafka.max_poll_interval.as_millis().to_string());
    match kafka.group_protocol {
        GroupProtocol::Classic => {
            client.set("partition.assignment.strategy", "cooperative-sticky");
            client.set("session.timeout.ms", kafka.session_timeout.as_millis().to_string());
            client.set("heartbeat.interval.ms", (kafka.session_timeout.as_millis() / 15).clamp(100, 3_000).to_string());
        }
        // The broker decides sessions, heartbeats and assignment; setting them here makes the client refuse to start.
        GroupProtocol::Consumer => {
            client.set("group.protocol", "consumer");
        }
    }
    let reset = match kafka.offset_reset {
        OffsetReset::Earliest => "earliest",
        OffsetReset::Latest => "latest",
        OffsetReset::Error => "error",
    };
    client.set("auto.offset.reset", reset);
    fetching(config, &mut client);
    // A hot partition waits this long after its queue was full; the default of a second starves the worker.
    client.set("fetch.queue.backoff.ms", "10");
    client.set("statistics.interval.ms", "1000");
    client.set("enable.partition.eof", "false");
    read_only(&mut client);
    client
}

/// The transactional producer of one worker.
pub(super) fn producer(config: &Config, slot: &str) -> ClientConfig {
    let kafka = &config.kafka;
    let mut client = common(config);
    sending(config, &mut client);
    client.set("queue.buffering.max.kbytes", kafka.producer_queue_kbytes.to_string());
    client.set("transactional.id", transactional_id(config, slot));
    client.set("transaction.timeout.ms", kafka.transaction_timeout.as_millis().to_string());
    client
}

/// The producer of `replay --to-kafka` and the demo: idempotent, without transactions.
pub(super) fn publisher(config: &Config) -> ClientConfig {
    let mut client = common(config);
    sending(config, &mut client);
    client.set("message.timeout.ms", config.kafka.connect_timeout.as_millis().max(1_000).to_string());
    client
}

/// A consumer that reads a topic from end to end and joins no group. librdkafka wants a group name nevertheless; no
/// offset is ever committed under it unless the caller does so.
pub(super) fn reader(config: &Config, group: &str) -> ClientConfig {
    let mut client = common(config);
    client.set("group.id", group);
    client.set("auto.offset.reset", "earliest");
    fetching(config, &mut client);
    client.set("enable.partition.eof", "true");
    read_only(&mut client);
    client
}

/// The transactional id of a slot. It is the group's, because two groups over the same topics must not fence one another.
pub(super) fn transactional_id(config: &Config, slot: &str) -> String {
    format!("sanctions-stream.{}.{slot}", config.kafka.group)
}

fn fetching(config: &Config, client: &mut ClientConfig) {
    let kafka = &config.kafka;
    client.set("queued.max.messages.kbytes", kafka.queue_kbytes.to_string());
    client.set("fetch.max.bytes", kafka.fetch_max_bytes.to_string());
    client.set("fetch.message.max.bytes", kafka.fetch_partition_bytes.to_string());
    client.set("message.max.bytes", kafka.fetch_max_bytes.min(1_000_000_000).to_string());
    // The client refuses a fetch size that its receive buffer cannot hold.
    client.set("receive.message.max.bytes", (kafka.fetch_max_bytes + (1 << 20)).max(100_000_000).to_string());
    client.set("fetch.wait.max.ms", kafka.fetch_wait.as_millis().to_string());
}

fn sending(config: &Config, client: &mut ClientConfig) {
    client.set("enable.idempotence", "true");
    client.set("acks", "all");
    client.set("linger.ms", "5");
    if !config.kafka.options.contains_key("compression.type") && !config.kafka.options.contains_key("compression.codec")
    {
        client.set("compression.type", "zstd");
    }
    // Java clients place the same key on the same partition.
    client.set("partitioner", "murmur2_random");
    client.set("message.max.bytes", config.kafka.max_message_bytes.to_string());
}

fn read_only(client: &mut ClientConfig) {
    client.set("enable.auto.commit", "false");
    client.set("enable.auto.offset.store", "false");
    client.set("isolation.level", "read_committed");
}

#[cfg(test)]
mod tests {
    use rdkafka::consumer::{BaseConsumer, Consumer};
    use rdkafka::producer::BaseProducer;

    use super::*;
    use crate::config::{RawConfig, Tls};

    #[test]
    fn the_client_library_accepts_every_configuration() {
        for protocol in ["classic", "consumer"] {
            let mut raw = RawConfig::defaults();
            raw.apply_file("s.toml", &format!("[kafka]\ngroup_protocol = \"{protocol}\"\n")).unwrap();
            let config = Config::resolve(&raw).unwrap();
            let _: BaseConsumer = consumer(&config, "a-0").create().unwrap();
            let _: BaseProducer = producer(&config, "a-0").create().unwrap();
            let _: BaseProducer = publisher(&config).create().unwrap();
            let reader: BaseConsumer = reader(&config, "reader").create().unwrap();
            assert_eq!(reader.assignment().unwrap().count(), 0);
        }
    }

    #[test]
    fn tls_and_every_sasl_mechanism_are_compiled_in() {
        let mut config = Config::default();
        config.security.tls = Some(Tls { ca: None, identity: None, key_password: None, host_check: HostCheck::On });
        for mechanism in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] {
            config.security.sasl = Some(Sasl::Password {
                mechanism: mechanism.to_owned(),
                username: "u".to_owned(),
                password: crate::config::Secret::new("p".to_owned()),
            });
            let _: BaseProducer = producer(&config, "a-0").create().unwrap();
        }
    }

    /// FIXME: rdkafka-sys 4.10 hands the path of its own static libcurl to the compiler but not to the linker's check, so
    /// `curl-static` builds without OIDC and without a word, except where a system libcurl happens to be installed.
    #[test]
    fn oidc_is_there_or_is_refused_with_the_reason() {
        let mut config = Config::default();
        config.security.sasl = Some(Sasl::Oidc {
            client_id: "c".to_owned(),
            client_secret: crate::config::Secret::new("s".to_owned()),
            token_endpoint: "https://localhost:1/token".to_owned(),
            scope: None,
        });
        let created: Result<BaseProducer, _> = producer(&config, "a-0").create();
        if let Err(error) = created {
            let failure = super::super::Failure::building(&error);
            assert_eq!(failure.exit_code(), 2);
            assert!(failure.to_string().contains("libcurl"), "{failure}");
        }
    }

    #[test]
    fn pass_through_options_cannot_replace_what_exactly_once_rests_on() {
        let mut config = Config::default();
        config.kafka.options.insert("isolation.level".to_owned(), "read_uncommitted".to_owned());
        config.kafka.options.insert("acks".to_owned(), "0".to_owned());
        assert_eq!(consumer(&config, "a-0").get("isolation.level"), Some("read_committed"));
        assert_eq!(producer(&config, "a-0").get("acks"), Some("all"));
    }
}
