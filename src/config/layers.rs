//! The layers of configuration: defaults, then the file, then the environment, then flags.
//!
//! [`RawConfig`] is what was said and by whom; it knows no meanings. Unknown keys are errors, because a misspelt bound
//! that is silently ignored is found out in production. Unknown environment variables are warnings only: Kubernetes
//! puts `SANCTIONS_STREAM_SERVICE_HOST` and its like into every pod beside a service of that name.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use toml::de::{DeTable, DeValue};

use super::settings::{ENVIRONMENT_PREFIX, Form, SETTINGS, Setting, by_key};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The configuration file.
    File(Place),
    /// This environment variable.
    Environment(String),
    /// This flag, without its dashes.
    Flag(String),
}

/// A place in a configuration file, with the text to show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    path: Arc<str>,
    text: Arc<str>,
    span: Range<usize>,
}

impl Place {
    fn line(&self) -> usize {
        self.text[..self.span.start].matches('\n').count() + 1
    }

    /// `message` with the line it is about and a caret under the place.
    pub(super) fn point(&self, message: &str, label: &str) -> String {
        let snippet = Snippet::source(&*self.text)
            .path(&*self.path)
            .annotation(AnnotationKind::Primary.span(self.span.clone()).label(label));
        Renderer::plain().render(&[Level::ERROR.primary_title(message).element(snippet)])
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(place) => write!(f, "{}:{}", place.path, place.line()),
            Self::Environment(name) => write!(f, "${name}"),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// A value as it was written. Lists have many parts; everything else has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The parts of a list, or the one value.
    pub parts: Vec<String>,
    /// Who said it.
    pub origin: Origin,
}

/// What was said, and by whom. Later layers replace earlier ones, value by value.
#[derive(Clone, Debug, Default)]
pub struct RawConfig {
    given: BTreeMap<&'static str, Given>,
    options: BTreeMap<String, Given>,
    warnings: Vec<String>,
}

impl RawConfig {
    /// The defaults alone.
    #[must_use]
    pub fn defaults() -> Self {
        let mut raw = Self::default();
        for setting in SETTINGS {
            if let Some(default) = setting.default {
                let _ = raw.say(setting, default, Origin::Default);
            }
        }
        raw
    }

    /// Lays a TOML file over what is there. `path` is for messages; reading the file is the caller's business.
    ///
    /// # Errors
    /// Every fault of the file, each with its line and a caret.
    pub fn apply_file(&mut self, path: &str, text: &str) -> Result<(), Vec<String>> {
        let path: Arc<str> = path.into();
        let text: Arc<str> = text.into();
        let place = |span: Range<usize>| Place { path: Arc::clone(&path), text: Arc::clone(&text), span };
        let table = match DeTable::parse(&text) {
            Ok(table) => table,
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                return Err(vec![place(span).point("the configuration is not valid TOML", error.message())]);
            }
        };
        let mut faults = Vec::new();
        for (section, content) in table.get_ref() {
            let name = section.get_ref().as_ref();
            if !SETTINGS.iter().any(|s| s.key.split('.').next() == Some(name)) {
                let label = suggestion(name, SETTINGS.iter().filter_map(|s| s.key.split('.').next()));
                faults.push(place(section.span()).point(&format!("unknown section `{name}`"), &label));
                continue;
            }
            let DeValue::Table(entries) = content.get_ref() else {
                let message = format!("`{name}` is a section");
                faults.push(place(content.span()).point(&message, &format!("write `[{name}]` and its keys below it")));
                continue;
            };
            for (key, value) in entries {
                let full = format!("{name}.{}", key.get_ref());
                let Some(setting) = by_key(&full) else {
                    let siblings = SETTINGS.iter().filter_map(|s| s.key.strip_prefix(name)?.strip_prefix('.'));
                    let label = suggestion(key.get_ref(), siblings);
                    faults.push(place(key.span()).point(&format!("unknown setting `{full}`"), &label));
                    continue;
                };
                let at = place(value.span());
                if let Err(label) = self.say_toml(setting, value.get_ref(), &at) {
                    faults.push(at.point(&format!("`{full}` has the wrong type"), &label));
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Lays environment variables over what is there. Empty values count as not given.
    ///
    /// # Errors
    /// A table value that is not a list of `key=value` pairs.
    pub fn apply_environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
            if value.is_empty() || rest == "CONFIG" {
                continue;
            }
            if let Some(setting) = SETTINGS.iter().find(|s| s.environment() == name) {
                if let Err(fault) = self.say(setting, &value, Origin::Environment(name.clone())) {
                    faults.push(format!("{name}: {fault}"));
                }
            } else if !is_service_link(rest) {
                let names: Vec<String> = SETTINGS.iter().map(Setting::environment).collect();
                let hint = suggestion(&name, names.iter().map(String::as_str));
                self.warnings.push(format!("the environment variable {name} is not a setting: {hint}"));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Lays one flag over what is there.
    ///
    /// # Errors
    /// A table value that is not a list of `key=value` pairs.
    pub fn apply_flag(&mut self, setting: &'static Setting, value: &str) -> Result<(), Vec<String>> {
        self.say(setting, value, Origin::Flag(setting.flag.to_owned()))
            .map_err(|fault| vec![format!("--{}: {fault}", setting.flag)])
    }

    /// Things worth saying that are not errors.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The value of a setting, if anybody gave one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Given> {
        self.given.get(key)
    }

    /// The librdkafka properties to pass through.
    #[must_use]
    pub fn options(&self) -> &BTreeMap<String, Given> {
        &self.options
    }

    fn say(&mut self, setting: &'static Setting, value: &str, origin: Origin) -> Result<(), String> {
        match setting.form {
            Form::Table => {
                for pair in value.split(',').filter(|p| !p.trim().is_empty()) {
                    let Some((key, value)) = pair.split_once('=') else {
                        return Err(format!("`{pair}` is not `key=value`"));
                    };
                    let given = Given { parts: vec![value.trim().to_owned()], origin: origin.clone() };
                    self.options.insert(key.trim().to_owned(), given);
                }
            }
            Form::List => {
                let parts = value.split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect();
                self.given.insert(setting.key, Given { parts, origin });
            }
            _ => {
                self.given.insert(setting.key, Given { parts: vec![value.to_owned()], origin });
            }
        }
        Ok(())
    }

    fn say_toml(&mut self, setting: &'static Setting, value: &DeValue<'_>, at: &Place) -> Result<(), String> {
        let origin = Origin::File(at.clone());
        match (setting.form, value) {
            (Form::Table, DeValue::Table(entries)) => {
                for (key, value) in entries {
                    let Some(text) = scalar(value.get_ref()) else {
                        return Err(format!("`{}` must be a text, a number or true/false", key.get_ref()));
                    };
                    let place = Place { span: key.span(), ..at.clone() };
                    let given = Given { parts: vec![text], origin: Origin::File(place) };
                    self.options.insert(key.get_ref().to_string(), given);
                }
                Ok(())
            }
            (Form::Table, _) => Err("write a table: `[kafka.options]` with `\"name\" = value` lines".to_owned()),
            (Form::List, DeValue::Array(items)) => {
                let parts: Option<Vec<String>> = items.iter().map(|item| scalar(item.get_ref())).collect();
                let parts = parts.ok_or("every item must be a text")?;
                self.given.insert(setting.key, Given { parts, origin });
                Ok(())
            }
            (_, value) => {
                let text = scalar(value).ok_or("write one text, number or true/false")?;
                self.say(setting, &text, origin)
            }
        }
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Whether this is one of the variables that Kubernetes and old Docker put beside a service of our name.
fn is_service_link(rest: &str) -> bool {
    rest.starts_with("SERVICE_HOST") || rest.starts_with("SERVICE_PORT") || rest == "PORT" || rest.starts_with("PORT_")
}

/// `did you mean ...`, or the list to choose from.
fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    let nearest = known.iter().map(|k| (distance(word, k), *k)).min();
    match nearest {
        Some((d, k)) if d <= 1 + word.len() / 4 => format!("did you mean `{k}`?"),
        _ if known.len() <= 12 => format!("known are {}", known.join(", ")),
        _ => "`sanctions-stream config show` lists every setting".to_owned(),
    }
}

/// The number of single-letter edits between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_layers_win_and_remember_who_spoke() {
        let mut raw = RawConfig::defaults();
        assert_eq!(raw.get("kafka.group").unwrap().origin.to_string(), "default");
        raw.apply_file("s.toml", "[kafka]\ngroup = \"from-file\"\nbrokers = [\"a:1\", \"b:2\"]\n").unwrap();
        assert_eq!(raw.get("kafka.group").unwrap().origin.to_string(), "s.toml:2");
        assert_eq!(raw.get("kafka.brokers").unwrap().parts, ["a:1", "b:2"]);
        raw.apply_environment([("SANCTIONS_STREAM_GROUP".to_owned(), "from-env".to_owned())]).unwrap();
        raw.apply_flag(by_key("kafka.brokers").unwrap(), "c:3").unwrap();
        assert_eq!(raw.get("kafka.group").unwrap().parts, ["from-env"]);
        assert_eq!(raw.get("kafka.group").unwrap().origin.to_string(), "$SANCTIONS_STREAM_GROUP");
        assert_eq!(raw.get("kafka.brokers").unwrap().origin.to_string(), "--brokers");
    }

    #[test]
    fn an_unknown_key_is_shown_with_a_caret_and_the_nearest_name() {
        let text = "[kafka]\nbrokers = \"x:1\"\ntransaction_timout_ms = 5\n";
        let faults = RawConfig::defaults().apply_file("s.toml", text).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("unknown setting `kafka.transaction_timout_ms`"), "{}", faults[0]);
        assert!(faults[0].contains("s.toml:3:1"), "{}", faults[0]);
        assert!(faults[0].contains("^ did you mean `transaction_timeout_ms`?"), "{}", faults[0]);
    }

    #[test]
    fn kubernetes_service_links_are_no_settings_and_no_warnings() {
        let mut raw = RawConfig::defaults();
        let variables = [
            ("SANCTIONS_STREAM_SERVICE_HOST", "10.0.0.1"),
            ("SANCTIONS_STREAM_PORT_8080_TCP", "x"),
            ("SANCTIONS_STREAM_BROKER", "x:1"),
        ];
        raw.apply_environment(variables.map(|(k, v)| (k.to_owned(), v.to_owned()))).unwrap();
        assert_eq!(raw.warnings().len(), 1);
        assert!(raw.warnings()[0].contains("SANCTIONS_STREAM_BROKERS"), "{}", raw.warnings()[0]);
    }

    #[test]
    fn options_keep_their_dots() {
        let mut raw = RawConfig::defaults();
        raw.apply_file("s.toml", "[kafka.options]\n\"client.rack\" = \"a\"\n").unwrap();
        raw.apply_flag(by_key("kafka.options").unwrap(), "socket.timeout.ms=5000, debug=cgrp").unwrap();
        let names: Vec<&str> = raw.options().keys().map(String::as_str).collect();
        assert_eq!(names, ["client.rack", "debug", "socket.timeout.ms"]);
    }
}
