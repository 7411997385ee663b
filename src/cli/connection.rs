//! Flags and layers shared by every command that talks to Kafka.
//!
//! The flags are not written here: they are read off the table of settings, so that each setting is a flag, an
//! environment variable and a file key under one declaration. Only log settings are left out, which are flags of the
//! program as a whole.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::exit::{ExitCode, Failure, OrExit as _};
use crate::config::{Config, ConfigError, ENVIRONMENT_PREFIX, Form, RawConfig, SETTINGS, Scope, Setting};
use crate::kafka;

/// The connection flags: `--config`, `--brokers`, security, and what else every Kafka command needs.
#[derive(Clone, Debug, Default)]
pub struct Args(Said);

/// Every setting as a flag: for `run` and `config show`.
#[derive(Clone, Debug, Default)]
pub struct ServiceArgs(Said);

/// What was said on the command line.
#[derive(Clone, Debug, Default)]
struct Said {
    config: Option<PathBuf>,
    flags: Vec<(&'static Setting, String)>,
}

impl Args {
    /// All layers: defaults, file, environment, flags.
    ///
    /// # Errors
    /// With exit code 2 and every fault of the layers.
    pub fn layers(&self) -> anyhow::Result<RawConfig> {
        self.0.layers()
    }

    /// The configuration that the layers mean.
    ///
    /// # Errors
    /// With exit code 2 and every fault.
    pub fn load(&self) -> anyhow::Result<Config> {
        resolve(&self.layers()?)
    }
}

impl ServiceArgs {
    /// All layers: defaults, file, environment, flags.
    ///
    /// # Errors
    /// With exit code 2 and every fault of the layers.
    pub fn layers(&self) -> anyhow::Result<RawConfig> {
        self.0.layers()
    }

    /// The configuration that the layers mean.
    ///
    /// # Errors
    /// With exit code 2 and every fault.
    pub fn load(&self) -> anyhow::Result<Config> {
        resolve(&self.layers()?)
    }
}

/// What the layers mean. Warnings go to the log.
///
/// # Errors
/// With exit code 2 and every fault.
pub fn resolve(raw: &RawConfig) -> anyhow::Result<Config> {
    for warning in raw.warnings() {
        tracing::warn!("{warning}");
    }
    Config::resolve(raw).or_exit(ExitCode::Usage)
}

/// Gives a Kafka failure its exit code.
#[must_use]
pub fn coded(failure: kafka::Failure) -> anyhow::Error {
    let code = match failure.exit_code() {
        2 => ExitCode::Usage,
        3 => ExitCode::Kafka,
        _ => ExitCode::Fatal,
    };
    Failure::new(code, failure).into()
}

impl Said {
    fn layers(&self) -> anyhow::Result<RawConfig> {
        let mut raw = RawConfig::defaults();
        let named =
            std::env::var_os(format!("{ENVIRONMENT_PREFIX}CONFIG")).filter(|v| !v.is_empty()).map(PathBuf::from);
        if let Some(path) = self.config.clone().or(named) {
            let shown = path.display().to_string();
            let text = std::fs::read_to_string(&path)
                .map_err(|error| anyhow::anyhow!("cannot read the configuration `{shown}`: {error}"))
                .or_exit(ExitCode::Usage)?;
            raw.apply_file(&shown, &text).map_err(ConfigError).or_exit(ExitCode::Usage)?;
        }
        let variables = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        raw.apply_environment(variables).map_err(ConfigError).or_exit(ExitCode::Usage)?;
        for (setting, value) in &self.flags {
            raw.apply_flag(setting, value).map_err(ConfigError).or_exit(ExitCode::Usage)?;
        }
        Ok(raw)
    }
}

fn settings(scopes: &'static [Scope]) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |s| scopes.contains(&s.scope) && !s.key.starts_with("log."))
}

fn augment(command: Command, scopes: &'static [Scope]) -> Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .help(format!("Configuration file (TOML) [environment: {ENVIRONMENT_PREFIX}CONFIG]"))
        .help_heading("Configuration");
    settings(scopes).fold(command.arg(config), |command, setting| {
        let value = match setting.form {
            Form::Number(..) => "NUMBER",
            Form::Fraction => "0..1",
            Form::Switch => "on|off",
            Form::List => "A,B,...",
            Form::Table => "NAME=VALUE,...",
            Form::Secret => "SECRET",
            Form::Choice(_) | Form::Text => "VALUE",
        };
        let heading = match setting.key.split('.').next() {
            Some("security") => "Security",
            Some("kafka") => "Kafka",
            Some("batch") => "Transactions",
            Some("service") => "Service",
            _ => "Rules and output",
        };
        let known = match setting.form {
            Form::Choice(words) => format!(": {}", words.join(", ")),
            _ => String::new(),
        };
        let default = setting.default.filter(|d| !d.is_empty()).map(|d| format!(" [default: {d}]")).unwrap_or_default();
        let help = format!("{}{known}{default}", setting.doc);
        let long = format!("{help} [environment: {}] [file: {}]", setting.environment(), setting.key);
        let many = matches!(setting.form, Form::List | Form::Table);
        command.arg(
            Arg::new(setting.flag)
                .long(setting.flag)
                .value_name(value)
                .action(if many { ArgAction::Append } else { ArgAction::Set })
                .help(help)
                .long_help(long)
                .help_heading(heading),
        )
    })
}

fn said(matches: &ArgMatches, scopes: &'static [Scope]) -> Said {
    let flags = settings(scopes)
        .filter_map(|setting| {
            let given: Vec<String> = matches.get_many::<String>(setting.flag)?.cloned().collect();
            Some((setting, given.join(",")))
        })
        .collect();
    Said { config: matches.get_one::<PathBuf>("config").cloned(), flags }
}

macro_rules! args_from_the_table {
    ($name:ident, $scopes:expr) => {
        impl clap::Args for $name {
            fn augment_args(command: Command) -> Command {
                augment(command, $scopes)
            }

            fn augment_args_for_update(command: Command) -> Command {
                augment(command, $scopes)
            }
        }

        impl clap::FromArgMatches for $name {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                Ok(Self(said(matches, $scopes)))
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                *self = Self(said(matches, $scopes));
                Ok(())
            }
        }
    };
}

args_from_the_table!(Args, &[Scope::Connection]);
args_from_the_table!(ServiceArgs, &[Scope::Connection, Scope::Service]);

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Args as _;

    #[test]
    fn every_flag_is_well_formed_and_reaches_the_configuration() {
        let command = ServiceArgs::augment_args(Command::new("run"));
        command.clone().debug_assert();
        let matches = command.get_matches_from(["run", "--brokers", "a:1", "--brokers", "b:2,c:3", "--workers", "4"]);
        let said = said(&matches, &[Scope::Connection, Scope::Service]);
        let mut raw = RawConfig::defaults();
        for (setting, value) in &said.flags {
            raw.apply_flag(setting, value).unwrap();
        }
        let config = Config::resolve(&raw).unwrap();
        assert_eq!(config.kafka.brokers, ["a:1", "b:2", "c:3"]);
        assert_eq!(config.service.workers, 4);
    }
}
