//! What was said -> what it means. Every fault is collected; none is guessed away.
//!
//! Deliberately one pass in the order of [`super::SETTINGS`]: a reader of this file sees each setting's bounds and
//! which settings need one another.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::layers::{Given, Origin, RawConfig};
use super::settings::{Form, Setting, by_key};
use super::{
    Batch, Config, ConfigError, GroupProtocol, HeaderDialect, HostCheck, Kafka, Log, LogFormat, OffsetReset, Rules,
    Sasl, Secret, Security, Service, Stages, Tls,
};
use crate::pipeline::Options;

/// Properties that would break what this program promises, or that have a setting of their own, with what to say.
const REFUSED: &[(&str, &str)] = &[
    ("acks", "a transaction needs acks=all; anything less can lose a committed alert"),
    ("auto.offset.reset", "set kafka.offset_reset"),
    ("bootstrap.servers", "set kafka.brokers"),
    ("client.id", "set kafka.client_id"),
    ("delivery.timeout.ms", "it must stay below the transaction timeout; set kafka.transaction_timeout_ms"),
    (
        "enable.auto.commit",
        "offsets commit inside the transaction; a second committer would skip records after a crash",
    ),
    ("enable.auto.offset.store", "offsets are kept by the worker; storing fetched positions would skip records"),
    ("enable.gapless.guarantee", "the transaction gives it already"),
    ("enable.idempotence", "a transactional producer is always idempotent; switching it off would write twice"),
    ("enable.partition.eof", "only the replay commands read to an end"),
    ("fetch.max.bytes", "set kafka.fetch_max_bytes"),
    ("group.id", "set kafka.group"),
    ("group.instance.id", "set kafka.instance: it must agree with the transactional id"),
    ("group.protocol", "set kafka.group_protocol"),
    ("isolation.level", "reading uncommitted records would alert on input that was rolled back"),
    ("max.in.flight", "more than 5 requests in flight breaks the order of an idempotent producer"),
    (
        "max.in.flight.requests.per.connection",
        "more than 5 requests in flight breaks the order of an idempotent producer",
    ),
    ("max.poll.interval.ms", "set kafka.max_poll_interval_ms"),
    ("message.max.bytes", "set kafka.max_message_bytes"),
    ("message.send.max.retries", "giving up early aborts transactions that would have gone through"),
    ("message.timeout.ms", "it must stay below the transaction timeout; set kafka.transaction_timeout_ms"),
    ("partition.assignment.strategy", "workers of one group must agree; set kafka.group_protocol"),
    ("plugin.library.paths", "it loads code into the process"),
    ("request.required.acks", "a transaction needs acks=all; anything less can lose a committed alert"),
    ("retries", "giving up early aborts transactions that would have gone through"),
    ("security.protocol", "set security.protocol"),
    ("session.timeout.ms", "set kafka.session_timeout_ms"),
    ("statistics.interval.ms", "consumer_lag is read from the statistics"),
    ("test.mock.num.brokers", "it replaces the brokers by a mock that forgets everything"),
    ("transaction.timeout.ms", "set kafka.transaction_timeout_ms"),
    ("transactional.id", "set kafka.instance: it must be the same after a restart, or a dead process is not fenced"),
];

pub(super) fn resolve(raw: &RawConfig) -> Result<Config, ConfigError> {
    let mut reader = Reader { raw, faults: Vec::new() };
    let security = reader.security();
    let kafka = Kafka {
        brokers: reader.brokers(),
        topic_prefix: reader.topic_text("kafka.topic_prefix"),
        client_id: reader.text("kafka.client_id").unwrap_or_default(),
        input_topics: reader.non_empty_list("kafka.input_topics"),
        group: reader.topic_text("kafka.group"),
        instance: reader.text("kafka.instance").map(|_| reader.topic_text("kafka.instance")),
        group_protocol: match reader.choice("kafka.group_protocol") {
            Some("consumer") => GroupProtocol::Consumer,
            _ => GroupProtocol::Classic,
        },
        offset_reset: match reader.choice("kafka.offset_reset") {
            Some("latest") => OffsetReset::Latest,
            Some("error") => OffsetReset::Error,
            _ => OffsetReset::Earliest,
        },
        connect_timeout: reader.milliseconds("kafka.connect_timeout_ms"),
        session_timeout: reader.milliseconds("kafka.session_timeout_ms"),
        max_poll_interval: reader.milliseconds("kafka.max_poll_interval_ms"),
        transaction_timeout: reader.milliseconds("kafka.transaction_timeout_ms"),
        max_message_bytes: reader.size("kafka.max_message_bytes"),
        queue_kbytes: reader.number("kafka.queue_kbytes"),
        fetch_max_bytes: reader.number("kafka.fetch_max_bytes"),
        fetch_partition_bytes: reader.number("kafka.fetch_partition_bytes"),
        fetch_wait: reader.milliseconds("kafka.fetch_wait_ms"),
        producer_queue_kbytes: reader.number("kafka.producer_queue_kbytes"),
        options: reader.options(),
    };
    if kafka.group.is_empty() {
        reader.fault("kafka.group", "must not be empty");
    }
    let batch = Batch {
        max_records: reader.size("batch.max_records"),
        max_bytes: reader.size("batch.max_bytes"),
        interval: reader.milliseconds("batch.interval_ms"),
    };
    if batch.interval * 2 > kafka.transaction_timeout {
        reader.fault(
            "batch.interval_ms",
            "must be at most half of kafka.transaction_timeout_ms, or the broker aborts what is still being filled",
        );
    }
    if kafka.max_poll_interval < kafka.session_timeout {
        reader.fault("kafka.max_poll_interval_ms", "must not be below kafka.session_timeout_ms");
    }
    if kafka.max_poll_interval < kafka.transaction_timeout * 2 {
        reader.fault("kafka.max_poll_interval_ms", "must be at least twice kafka.transaction_timeout_ms");
    }
    let service = Service {
        stages: match reader.choice("service.stage") {
            Some("classify") => Stages::Classify,
            Some("stories") => Stages::Stories,
            _ => Stages::All,
        },
        workers: reader.size("service.workers"),
        http: reader.http(),
        ready_max_age: reader.milliseconds("service.ready_max_age_ms"),
        max_restarts: reader.size("service.max_restarts"),
        restart_window: reader.milliseconds("service.restart_window_ms"),
    };
    let rules = Rules {
        dir: reader.text("rules.dir").map(PathBuf::from),
        extra: reader.list("rules.extra").into_iter().map(PathBuf::from).collect(),
    };
    let dead_letter_headers = match reader.choice("dead_letters.headers") {
        Some("connect") => HeaderDialect::Connect,
        Some("streams") => HeaderDialect::Streams,
        Some("spring") => HeaderDialect::Spring,
        _ => HeaderDialect::Native,
    };
    let classify = Options {
        signals: reader.switch("classify.signals"),
        criminal: reader.switch("classify.criminal"),
        min_confidence: reader.fraction("classify.min_confidence"),
        max_document_bytes: reader.size("classify.max_document_bytes"),
        source: reader.text("classify.source").unwrap_or_default(),
        dead_letter_headers,
        group: Some(kafka.group.clone()),
        window_days: u32::try_from(reader.number("stories.window_days")).unwrap_or(u32::MAX),
        max_record_bytes: kafka.max_message_bytes,
    };
    let log = Log {
        format: if reader.choice("log.format") == Some("json") { LogFormat::Json } else { LogFormat::Human },
        level: reader.text("log.level").unwrap_or_default(),
    };
    if reader.faults.is_empty() {
        Ok(Config { kafka, security, batch, service, rules, classify, dead_letter_headers, log })
    } else {
        Err(ConfigError(reader.faults))
    }
}

/// Reads typed values and collects faults, so that one run reports them all.
struct Reader<'a> {
    raw: &'a RawConfig,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    fn fault(&mut self, key: &str, wrong: &str) {
        self.faults.push(message(key, self.raw.get(key), wrong));
    }

    fn given(&self, key: &str) -> Option<&'a Given> {
        debug_assert!(by_key(key).is_some(), "{key} is not in the table of settings");
        self.raw.get(key)
    }

    fn text(&self, key: &str) -> Option<String> {
        self.given(key).and_then(|g| g.parts.first()).map(|t| t.trim().to_owned())
    }

    /// Text that becomes part of a topic, group or transactional name.
    fn topic_text(&mut self, key: &str) -> String {
        let text = self.text(key).unwrap_or_default();
        if text.chars().any(|c| !(c.is_ascii_alphanumeric() || "._-".contains(c))) || text.len() > 180 {
            self.fault(key, "may hold letters, digits, dots, dashes and underscores, 180 at most");
        }
        text
    }

    fn list(&self, key: &str) -> Vec<String> {
        self.given(key).map(|g| g.parts.clone()).unwrap_or_default()
    }

    fn non_empty_list(&mut self, key: &str) -> Vec<String> {
        let list = self.list(key);
        if list.is_empty() || list.iter().any(|item| item.trim().is_empty()) {
            self.fault(key, "must name at least one, and none of them empty");
        }
        list
    }

    fn brokers(&mut self) -> Vec<String> {
        let brokers = self.non_empty_list("kafka.brokers");
        for broker in &brokers {
            let port = broker.rsplit_once(':').and_then(|(host, port)| (!host.is_empty()).then_some(port));
            if !port.is_some_and(|p| p.parse::<u16>().is_ok_and(|p| p > 0)) {
                self.fault("kafka.brokers", &format!("`{broker}` is not HOST:PORT"));
            }
        }
        brokers
    }

    fn choice(&mut self, key: &str) -> Option<&'static str> {
        let text = self.text(key)?;
        let Some(Setting { form: Form::Choice(words), .. }) = by_key(key) else { return None };
        let found = words.iter().find(|word| word.eq_ignore_ascii_case(&text)).copied();
        if found.is_none() {
            self.fault(key, &format!("`{text}` is not one of {}", words.join(", ")));
        }
        found
    }

    fn switch(&mut self, key: &str) -> bool {
        match self.text(key).as_deref() {
            Some("on" | "true" | "yes" | "1") => true,
            Some("off" | "false" | "no" | "0") | None => false,
            Some(other) => {
                self.fault(key, &format!("`{other}` is neither on nor off"));
                false
            }
        }
    }

    fn number(&mut self, key: &str) -> u64 {
        let text = self.text(key).unwrap_or_default();
        let Some(Setting { form: Form::Number(low, high), .. }) = by_key(key) else { return 0 };
        match text.replace('_', "").parse::<u64>() {
            Ok(number) if (*low..=*high).contains(&number) => number,
            Ok(number) => {
                self.fault(key, &format!("{number} is outside {low} to {high}"));
                *low
            }
            Err(_) => {
                self.fault(key, &format!("`{text}` is not a whole number from {low} to {high}"));
                *low
            }
        }
    }

    fn size(&mut self, key: &str) -> usize {
        usize::try_from(self.number(key)).unwrap_or(usize::MAX)
    }

    fn milliseconds(&mut self, key: &str) -> Duration {
        Duration::from_millis(self.number(key))
    }

    fn fraction(&mut self, key: &str) -> f64 {
        let text = self.text(key).unwrap_or_default();
        match text.parse::<f64>() {
            Ok(number) if (0.0..=1.0).contains(&number) => number,
            _ => {
                self.fault(key, &format!("`{text}` is not a number from 0 to 1"));
                0.0
            }
        }
    }

    fn http(&mut self) -> Option<std::net::SocketAddr> {
        let text = self.text("service.http")?;
        if text == "off" {
            return None;
        }
        match text.parse() {
            Ok(address) => Some(address),
            Err(_) => {
                self.fault("service.http", &format!("`{text}` is neither IP:PORT, e.g. 0.0.0.0:8080, nor `off`"));
                None
            }
        }
    }

    /// A secret given directly or by its file; the later layer wins, and one layer must not give both.
    fn secret(&mut self, key: &'static str) -> Option<Secret> {
        let file_key = format!("{key}_file");
        match (self.given(key), self.given(&file_key)) {
            (None, None) => None,
            (Some(direct), None) => Some(Secret::new(direct.parts.concat())),
            (Some(direct), Some(file)) if layer(&direct.origin) > layer(&file.origin) => {
                Some(Secret::new(direct.parts.concat()))
            }
            (Some(direct), Some(file)) if layer(&direct.origin) == layer(&file.origin) => {
                self.fault(key, &format!("and {file_key} are both given ({}); keep one", file.origin));
                None
            }
            (_, Some(file)) => {
                let path = file.parts.concat();
                match std::fs::read_to_string(&path) {
                    Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned())),
                    Err(error) => {
                        self.fault(&file_key, &format!("cannot read `{path}`: {error}"));
                        None
                    }
                }
            }
        }
    }

    fn security(&mut self) -> Security {
        let protocol = self.choice("security.protocol").unwrap_or("plaintext");
        let tls = protocol.ends_with("ssl").then(|| self.tls());
        let sasl = if protocol.starts_with("sasl") { self.sasl() } else { None };
        if tls.is_none() {
            for key in ["security.tls_ca", "security.tls_cert", "security.tls_key"] {
                if self.given(key).is_some() {
                    self.fault(
                        key,
                        "is given, but security.protocol is not ssl or sasl_ssl: nothing would be encrypted",
                    );
                }
            }
        }
        if !protocol.starts_with("sasl") && self.given("security.sasl_mechanism").is_some() {
            self.fault("security.sasl_mechanism", "is given, but security.protocol is not sasl_plaintext or sasl_ssl");
        }
        Security { tls, sasl }
    }

    fn tls(&mut self) -> Tls {
        let cert = self.text("security.tls_cert").map(PathBuf::from);
        let key = self.text("security.tls_key").map(PathBuf::from);
        let identity = match (cert, key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => {
                self.fault("security.tls_cert", "needs security.tls_key beside it");
                None
            }
            (None, Some(_)) => {
                self.fault("security.tls_key", "needs security.tls_cert beside it");
                None
            }
        };
        let ca = self.text("security.tls_ca").map(PathBuf::from);
        if let Some(path) = ca.as_ref().filter(|path| !path.exists()) {
            self.fault("security.tls_ca", &format!("`{}` does not exist", path.display()));
        }
        let host_check = if self.switch("security.tls_verify_hostname") { HostCheck::On } else { HostCheck::Off };
        Tls { ca, identity, key_password: self.secret("security.tls_key_password"), host_check }
    }

    fn sasl(&mut self) -> Option<Sasl> {
        let Some(mechanism) = self.choice("security.sasl_mechanism") else {
            self.fault("security.sasl_mechanism", "must be given when security.protocol is sasl_plaintext or sasl_ssl");
            return None;
        };
        if mechanism == "OAUTHBEARER" {
            let client_secret = self.secret("security.oauth_client_secret");
            return Some(Sasl::Oidc {
                client_id: self.needed("security.oauth_client_id", mechanism),
                client_secret: client_secret.unwrap_or_else(|| {
                    self.fault("security.oauth_client_secret", "must be given for OAUTHBEARER");
                    Secret::new(String::new())
                }),
                token_endpoint: self.needed("security.oauth_token_endpoint", mechanism),
                scope: self.text("security.oauth_scope"),
            });
        }
        let password = self.secret("security.sasl_password");
        Some(Sasl::Password {
            mechanism: mechanism.to_owned(),
            username: self.needed("security.sasl_username", mechanism),
            password: password.unwrap_or_else(|| {
                self.fault("security.sasl_password", &format!("must be given for {mechanism}"));
                Secret::new(String::new())
            }),
        })
    }

    fn needed(&mut self, key: &str, what_for: &str) -> String {
        let text = self.text(key).unwrap_or_default();
        if text.is_empty() {
            self.fault(key, &format!("must be given for {what_for}"));
        }
        text
    }

    fn options(&mut self) -> BTreeMap<String, String> {
        let mut options = BTreeMap::new();
        for (name, given) in self.raw.options() {
            let own = name.starts_with("sasl.") || name.starts_with("ssl.key") || name.starts_with("ssl.c");
            let reason = REFUSED.iter().find(|(refused, _)| refused == name).map(|(_, reason)| *reason);
            if let Some(reason) = reason.or(own.then_some("use the settings of the security section")) {
                let wrong = format!("sets `{name}`, which is refused: {reason}");
                self.faults.push(message("kafka.options", Some(given), &wrong));
            } else {
                options.insert(name.clone(), given.parts.concat());
            }
        }
        options
    }
}

/// Later layers have higher numbers.
fn layer(origin: &Origin) -> u8 {
    match origin {
        Origin::Default => 0,
        Origin::File(_) => 1,
        Origin::Environment(_) => 2,
        Origin::Flag(_) => 3,
    }
}

fn message(key: &str, given: Option<&Given>, wrong: &str) -> String {
    match given.map(|g| &g.origin) {
        Some(Origin::File(place)) => place.point(&format!("{key} {wrong}"), "given here"),
        Some(origin) => format!("error: {key} ({origin}) {wrong}"),
        None => {
            let flag = by_key(key).map(|s| format!(" (--{}, {})", s.flag, s.environment())).unwrap_or_default();
            format!("error: {key}{flag} {wrong}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> Result<Config, ConfigError> {
        let mut raw = RawConfig::defaults();
        raw.apply_file("s.toml", text).map_err(ConfigError)?;
        Config::resolve(&raw)
    }

    fn faults(text: &str) -> String {
        with(text).unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_consistent() {
        let config = with("").unwrap();
        assert_eq!(config.kafka.inputs(), ["news.articles", "policy.notices"]);
        assert_eq!(config.batch.max_records, 2000);
        assert_eq!(config.security, Security::default());
    }

    #[test]
    fn what_breaks_exactly_once_is_refused_with_the_reason() {
        let text = "[kafka.options]\n\"enable.auto.commit\" = true\n\"client.rack\" = \"a\"\n";
        let faults = faults(text);
        assert!(faults.contains("enable.auto.commit"), "{faults}");
        assert!(faults.contains("would skip records after a crash"), "{faults}");
        assert!(faults.contains("s.toml:2"), "{faults}");
        assert_eq!(with("[kafka.options]\n\"client.rack\" = \"a\"\n").unwrap().kafka.options["client.rack"], "a");
    }

    #[test]
    fn every_fault_is_reported_in_one_run() {
        let text = "[kafka]\nbrokers = [\"nowhere\"]\n[batch]\ninterval_ms = 9000\nmax_records = 0\n";
        let faults = faults(text);
        assert!(faults.contains("`nowhere` is not HOST:PORT"), "{faults}");
        assert!(faults.contains("0 is outside 1 to 1000000"), "{faults}");
        assert!(faults.contains("at most half of kafka.transaction_timeout_ms"), "{faults}");
    }

    #[test]
    fn sasl_needs_its_parts_and_hides_its_password() {
        let faults = faults("[security]\nprotocol = \"sasl_ssl\"\nsasl_mechanism = \"SCRAM-SHA-512\"\n");
        assert!(faults.contains("sasl_username"), "{faults}");
        assert!(faults.contains("SANCTIONS_STREAM_SASL_PASSWORD"), "{faults}");
        let text = "[security]\nprotocol = \"sasl_ssl\"\nsasl_mechanism = \"scram-sha-512\"\nsasl_username = \"u\"\n\
                    sasl_password = \"hunter2\"\n";
        let config = with(text).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        let Some(Sasl::Password { mechanism, .. }) = config.security.sasl else { panic!("a password login") };
        assert_eq!(mechanism, "SCRAM-SHA-512");
    }

    #[test]
    fn a_password_file_wins_over_an_earlier_layer_and_loses_its_newline() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, "from file\n").unwrap();
        let mut raw = RawConfig::defaults();
        let text = "[security]\nprotocol = \"sasl_plaintext\"\nsasl_mechanism = \"PLAIN\"\nsasl_username = \"u\"\n\
                    sasl_password = \"x\"\n";
        raw.apply_file("s.toml", text).unwrap();
        raw.apply_flag(by_key("security.sasl_password_file").unwrap(), path.to_str().unwrap()).unwrap();
        let config = Config::resolve(&raw).unwrap();
        let Some(Sasl::Password { password, .. }) = config.security.sasl else { panic!("a password login") };
        assert_eq!(password.reveal(), "from file");
    }
}
