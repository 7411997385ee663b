//! Every setting, declared once: its key in the file, its flag, its default and its documentation.
//!
//! Flags, environment names, file keys, `config show` and the unknown-key check are all read off this table, so that a
//! setting cannot exist in one of them and be missing in another. What a value means is not decided here but in
//! [`super::resolve`].

/// Which commands take a setting as a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Needed by everything that talks to Kafka.
    Connection,
    /// Needed by the service only.
    Service,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Free text, a number or a path.
    Text,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// `on` or `off` (`true` and `false` are read too).
    Switch,
    /// A whole number within the bounds, both included.
    Number(u64, u64),
    /// A fraction between 0 and 1.
    Fraction,
    /// A list: an array in the file, comma separated in a flag or variable.
    List,
    /// A table of `key = value`: `key=value` pairs, comma separated, in a flag or variable.
    Table,
    /// Text that is never printed.
    Secret,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Dotted key in the file: section and name.
    pub key: &'static str,
    /// Long flag without the dashes; the environment name derives from it.
    pub flag: &'static str,
    /// How a value is written.
    pub form: Form,
    /// The default as it would be written, where there is one.
    pub default: Option<&'static str>,
    /// Which commands take it as a flag.
    pub scope: Scope,
    /// What it does, with its unit.
    pub doc: &'static str,
}

impl Setting {
    /// The environment variable: `SANCTIONS_STREAM_` and the flag in capitals.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("{ENVIRONMENT_PREFIX}{}", self.flag.replace('-', "_").to_uppercase())
    }
}

/// What every environment variable of this program begins with.
pub const ENVIRONMENT_PREFIX: &str = "SANCTIONS_STREAM_";

/// The setting of that file key.
#[must_use]
pub fn by_key(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

const fn connection(
    key: &'static str,
    flag: &'static str,
    form: Form,
    default: Option<&'static str>,
    doc: &'static str,
) -> Setting {
    Setting { key, flag, form, default, scope: Scope::Connection, doc }
}

const fn service(
    key: &'static str,
    flag: &'static str,
    form: Form,
    default: Option<&'static str>,
    doc: &'static str,
) -> Setting {
    Setting { key, flag, form, default, scope: Scope::Service, doc }
}

use Form::{Choice, Fraction, List, Number, Secret, Switch, Table, Text};

/// All settings in the order of `config show`.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    connection("kafka.brokers", "brokers", List, Some("localhost:9092"), "Bootstrap brokers as HOST:PORT"),
    connection("kafka.topic_prefix", "topic-prefix", Text, Some(""), "Put in front of every topic name, e.g. `staging.`"),
    connection("kafka.client_id", "client-id", Text, Some("sanctions-stream"), "Name shown in broker logs and quotas"),
    connection("kafka.group", "group", Text, Some("sanctions-stream"), "Consumer group; all processes of one deployment share it"),
    connection("kafka.connect_timeout_ms", "connect-timeout-ms", Number(100, 600_000), Some("30000"), "How long to wait for the cluster before giving up, in milliseconds"),
    connection("kafka.max_message_bytes", "max-message-bytes", Number(1_000, 1_000_000_000), Some("1000000"), "Largest record to send, in bytes; the topics must allow it. A larger alert becomes a dead letter"),
    connection("kafka.options", "kafka-options", Table, None, "librdkafka properties passed through as they are, e.g. `client.rack`; those that would break exactly-once are refused"),
    connection("security.protocol", "security-protocol", Choice(&["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]), Some("plaintext"), "How to connect"),
    connection("security.tls_ca", "tls-ca", Text, None, "File of trusted certificates (PEM); the system's own when not given"),
    connection("security.tls_cert", "tls-cert", Text, None, "File of the client certificate (PEM)"),
    connection("security.tls_key", "tls-key", Text, None, "File of the client's private key (PEM)"),
    connection("security.tls_key_password", "tls-key-password", Secret, None, "Password of the private key"),
    connection("security.tls_key_password_file", "tls-key-password-file", Text, None, "File that holds the password of the private key"),
    connection("security.tls_verify_hostname", "tls-verify-hostname", Switch, Some("on"), "Whether the broker's certificate must carry its host name"),
    connection("security.sasl_mechanism", "sasl-mechanism", Choice(&["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]), None, "How to authenticate with sasl_plaintext and sasl_ssl"),
    connection("security.sasl_username", "sasl-username", Text, None, "User name for PLAIN and SCRAM"),
    connection("security.sasl_password", "sasl-password", Secret, None, "Password for PLAIN and SCRAM; prefer the file or the environment, flags are visible to other users"),
    connection("security.sasl_password_file", "sasl-password-file", Text, None, "File that holds the password for PLAIN and SCRAM"),
    connection("security.oauth_client_id", "oauth-client-id", Text, None, "OIDC client id for OAUTHBEARER"),
    connection("security.oauth_client_secret", "oauth-client-secret", Secret, None, "OIDC client secret for OAUTHBEARER"),
    connection("security.oauth_client_secret_file", "oauth-client-secret-file", Text, None, "File that holds the OIDC client secret"),
    connection("security.oauth_token_endpoint", "oauth-token-endpoint", Text, None, "OIDC token endpoint URL for OAUTHBEARER"),
    connection("security.oauth_scope", "oauth-scope", Text, None, "OIDC scope to ask for"),
    connection("log.format", "log-format", Choice(&["human", "json"]), Some("human"), "Form of the log on stderr"),
    connection("log.level", "log-level", Text, Some("info"), "error, warn, info, debug, trace, or a filter such as `info,librdkafka=debug`"),
    service("kafka.input_topics", "input-topics", List, Some("news.articles,policy.notices"), "Topics to read, without the prefix"),
    service("kafka.instance", "instance", Text, None, "Stable name of this process, unique in the group; by default the host name and the first free slot on this host"),
    service("kafka.group_protocol", "group-protocol", Choice(&["classic", "consumer"]), Some("classic"), "`consumer` is KIP-848 and needs brokers of 4.0 or later"),
    service("kafka.offset_reset", "offset-reset", Choice(&["earliest", "latest", "error"]), Some("earliest"), "Where a group without offsets begins; `error` stops instead"),
    service("kafka.session_timeout_ms", "session-timeout-ms", Number(1_000, 1_800_000), Some("45000"), "How long a silent member keeps its partitions, in milliseconds (classic protocol)"),
    service("kafka.max_poll_interval_ms", "max-poll-interval-ms", Number(10_000, 86_400_000), Some("300000"), "How long one batch may take before the member is expelled, in milliseconds"),
    service("kafka.transaction_timeout_ms", "transaction-timeout-ms", Number(1_000, 900_000), Some("10000"), "How long the broker keeps a silent transaction open, in milliseconds; readers wait that long behind a dead process"),
    service("kafka.queue_kbytes", "queue-kbytes", Number(64, 2_097_151), Some("16384"), "Records fetched ahead by one worker, in KiB"),
    service("kafka.fetch_max_bytes", "fetch-max-bytes", Number(1_024, 1_000_000_000), Some("8388608"), "Most bytes of one fetch response"),
    service("kafka.fetch_partition_bytes", "fetch-partition-bytes", Number(1_024, 1_000_000_000), Some("1048576"), "Most bytes of one partition in one fetch response"),
    service("kafka.fetch_wait_ms", "fetch-wait-ms", Number(1, 30_000), Some("50"), "How long a broker may hold an empty fetch, in milliseconds"),
    service("kafka.producer_queue_kbytes", "producer-queue-kbytes", Number(64, 2_097_151), Some("32768"), "Records waiting to be sent by one worker, in KiB"),
    service("batch.max_records", "max-records", Number(1, 1_000_000), Some("2000"), "Records of one transaction once it holds an output"),
    service("batch.max_bytes", "max-bytes", Number(1_024, 1_000_000_000), Some("8388608"), "Bytes read in one transaction once it holds an output"),
    service("batch.interval_ms", "interval-ms", Number(1, 60_000), Some("100"), "Longest time a transaction stays open, in milliseconds"),
    service("service.stage", "stage", Choice(&["all", "classify", "stories"]), Some("all"), "Stages that this process runs: classify reads documents and writes mentions, stories reads mentions and writes alerts"),
    service("service.workers", "workers", Number(1, 1_024), Some("1"), "Threads of each stage, each with its own consumer and transactional producer"),
    service("service.http", "http", Text, Some("127.0.0.1:8080"), "Address of /live, /ready and /metrics, or `off`"),
    service("service.ready_max_age_ms", "ready-max-age-ms", Number(100, 86_400_000), Some("30000"), "Without progress for this long, in milliseconds, a worker is not ready"),
    service("service.max_restarts", "max-restarts", Number(0, 1_000_000), Some("5"), "Fatal errors of one worker within the window before the process gives up"),
    service("service.restart_window_ms", "restart-window-ms", Number(1_000, 86_400_000), Some("600000"), "The window for `max_restarts`, in milliseconds"),
    service("rules.dir", "rules", Text, None, "Directory of rule and lexicon files instead of the built-in ones"),
    service("rules.extra", "rules-extra", List, None, "Directories or files of rules to add"),
    service("classify.signals", "signals", Switch, Some("off"), "Write proposed, threatened and rejected measures to the signals topic"),
    service("classify.criminal", "criminal", Switch, Some("off"), "Alert on releases of ordinary criminals too"),
    service("classify.min_confidence", "min-confidence", Fraction, Some("0.5"), "Alerts below this confidence are suppressed"),
    service("classify.max_document_bytes", "max-document-bytes", Number(1, 1_000_000_000), Some("8388608"), "Larger documents become dead letters"),
    service("classify.source", "source", Text, Some("sanctions-stream"), "`ce_source` of everything written"),
    service("stories.window_days", "window-days", Number(1, 3_650), Some("30"), "Days after its last report, by publication times, for which a story stays open to further reports"),
    service("dead_letters.headers", "dead-letter-headers", Choice(&["native", "connect", "streams", "spring"]), Some("native"), "Whose header names dead letters carry"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_flags_and_environment_names_are_unique() {
        let keys: BTreeSet<_> = SETTINGS.iter().map(|s| s.key).collect();
        let flags: BTreeSet<_> = SETTINGS.iter().map(|s| s.flag).collect();
        assert_eq!(keys.len(), SETTINGS.len());
        assert_eq!(flags.len(), SETTINGS.len());
        assert!(SETTINGS.iter().all(|s| s.key.split('.').count() == 2));
    }

    #[test]
    fn every_secret_can_come_from_a_file() {
        for setting in SETTINGS.iter().filter(|s| s.form == Form::Secret) {
            assert!(by_key(&format!("{}_file", setting.key)).is_some(), "{} has no _file form", setting.key);
        }
    }
}
