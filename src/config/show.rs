//! `config show`: every value and where it came from, as TOML that could be put back into a file.
//!
//! Secrets show as `***`; so does anything in the pass-through options whose name sounds like one.

use std::fmt::Write;

use super::layers::{Given, RawConfig};
use super::settings::{Form, SETTINGS};

/// The configuration as text, one line a setting.
#[must_use]
pub fn show(raw: &RawConfig) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for setting in SETTINGS {
        if setting.form == Form::Table {
            for (name, given) in raw.options() {
                let secret = ["password", "secret", "token", "pem"].iter().any(|word| name.contains(word));
                let value = if secret { quoted("***") } else { quoted(&given.parts.concat()) };
                lines.push((format!("{}.{} = {value}", setting.key, quoted(name)), given.origin.to_string()));
            }
            continue;
        }
        match raw.get(setting.key) {
            Some(given) => {
                lines.push((format!("{} = {}", setting.key, written(setting.form, given)), given.origin.to_string()));
            }
            None => lines.push((format!("# {} is not set", setting.key), String::new())),
        }
    }
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0).min(60);
    let mut out = String::new();
    for (line, origin) in lines {
        if origin.is_empty() {
            let _ = writeln!(out, "{line}");
        } else {
            let _ = writeln!(out, "{line:<width$}  # {origin}");
        }
    }
    out
}

fn written(form: Form, given: &Given) -> String {
    match form {
        Form::Secret => quoted("***"),
        Form::List => format!("[{}]", given.parts.iter().map(|p| quoted(p)).collect::<Vec<_>>().join(", ")),
        Form::Number(..) | Form::Fraction if given.parts.concat().parse::<f64>().is_ok() => given.parts.concat(),
        _ => quoted(&given.parts.concat()),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_shown_names_origins_hides_secrets_and_can_be_read_back() {
        let mut raw = RawConfig::defaults();
        let text = "[kafka]\ngroup = \"g\"\n[kafka.options]\n\"client.rack\" = \"r\"\n";
        raw.apply_file("s.toml", text).unwrap();
        raw.apply_environment([("SANCTIONS_STREAM_SASL_PASSWORD".to_owned(), "hunter2".to_owned())]).unwrap();
        let shown = show(&raw);
        assert!(!shown.contains("hunter2"));
        assert!(shown.contains("# $SANCTIONS_STREAM_SASL_PASSWORD"), "{shown}");
        assert!(shown.lines().any(|l| l.starts_with("kafka.group = \"g\"") && l.ends_with("# s.toml:2")), "{shown}");
        let mut again = RawConfig::defaults();
        again.apply_file("shown.toml", &shown).unwrap();
        let config = Config::resolve(&again).unwrap();
        assert_eq!(config.kafka.group, "g");
        assert_eq!(config.kafka.options["client.rack"], "r");
    }
}
