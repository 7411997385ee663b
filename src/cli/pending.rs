//! Stand-ins for the Kafka-side commands until their own files land: same names, same signatures, no work.
//!
//! To replace one, delete its module here and declare the real file in `cli/mod.rs`; nothing else changes.

use super::exit::{ExitCode, Failure};

fn not_here(command: &str) -> anyhow::Result<ExitCode> {
    Err(Failure::message(ExitCode::Fatal, format!("{command}: the Kafka side is not part of this build yet")).into())
}

macro_rules! stand_in {
    ($module:ident, $name:literal) => {
        pub mod $module {
            //! Stand-in for the command of this name.

            /// No arguments yet.
            #[derive(Debug, clap::Args)]
            pub struct Args {}

            /// Says that the command is not here.
            pub fn execute(_args: Args) -> Result<crate::cli::exit::ExitCode, anyhow::Error> {
                super::not_here($name)
            }
        }
    };
}

stand_in!(run, "run");
stand_in!(config, "config");
stand_in!(topics, "topics");
stand_in!(dead_letters, "dead-letters");

pub mod connection {
    //! Stand-in for the connection flags (brokers, TLS, SASL) that Kafka-side commands share.

    /// No flags yet.
    #[derive(Clone, Debug, Default, clap::Args)]
    pub struct Args {}
}
