//! The word patterns that the engine itself asks for, by name.
//!
//! Which words they hold is data (`rules/patterns.toml`); what is asked with them is code. A name that no file gives
//! matches nothing.

use super::words::Words;

macro_rules! patterns {
    ($($name:ident)*) => {
        /// Word patterns that the engine asks for by name, compiled once for each rule set.
        #[derive(Clone, Debug, Default)]
        pub struct Known {
            $(pub(super) $name: Words,)*
        }

        impl Known {
            /// Every name, as code has it: with an underscore where the file has a hyphen.
            const NAMES: &[&str] = &[$(stringify!($name)),*];

            fn slot(&mut self, name: &str) -> Option<&mut Words> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

patterns! {
    demonym country leader agency armed_group government irregular private blocked not_actor vessel sector person full_name named
    captive releasable people_unit person_noun criminal captivity hostage capture charged freeing walked moved motion
    remain exchange captive_matter home_captive seizure confined
    measure relief list listing entity_unit package acts decides instrument signs plan plans aim face fail secure
    asset removal comprise name_of_body delisting
    identify counted cumulative number month weekday at_least up_to approximately
    cue_time cue_new cue_pseudo
}

impl Known {
    /// Whether the pattern of that name, as a file has it, is asked of the lexicon of cues.
    pub(super) fn is_of_cues(name: &str) -> bool {
        name.starts_with("cue-")
    }

    /// The names whose patterns match nothing.
    #[cfg(test)]
    pub(super) fn missing(&mut self) -> Vec<&'static str> {
        Self::NAMES.iter().copied().filter(|name| self.slot(name).is_none_or(|words| words.is_empty())).collect()
    }

    /// Adds to the pattern of that name, as a file has it.
    ///
    /// # Errors
    /// The names that there are, when this is none of them.
    pub(super) fn add(&mut self, name: &str, words: Words) -> Result<(), String> {
        let slot = self.slot(&name.replace('-', "_")).ok_or_else(|| Self::NAMES.join(", ").replace('_', "-"))?;
        *slot = std::mem::take(slot).or(words);
        Ok(())
    }
}
