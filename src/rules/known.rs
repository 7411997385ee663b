//! The word patterns that the engine itself asks for, resolved once for each rule set.
//!
//! They name classes of the lexicon and a few lemmas; which words those hold is for the data files to say.

use super::compile::Resolver;
use super::words::Words;

/// Word patterns that the engine asks for by class name, compiled once.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub(super) demonym: Words,
    pub(super) captive: Words,
    pub(super) releasable: Words,
    pub(super) people_unit: Words,
    pub(super) entity_unit: Words,
    pub(super) package: Words,
    pub(super) captivity: Words,
    pub(super) sector: Words,
    pub(super) measure: Words,
    pub(super) relief: Words,
    pub(super) government: Words,
    pub(super) criminal: Words,
    pub(super) blocked: Words,
    pub(super) not_actor: Words,
    pub(super) list: Words,
    pub(super) person_noun: Words,
    pub(super) capture: Words,
    pub(super) motion: Words,
    pub(super) secure: Words,
    pub(super) acts: Words,
    pub(super) aim: Words,
    pub(super) counted: Words,
    pub(super) remain: Words,
    pub(super) moved: Words,
    pub(super) agency: Words,
    pub(super) hostage: Words,
    pub(super) vessel: Words,
    pub(super) country: Words,
    pub(super) freeing: Words,
    pub(super) decides: Words,
    pub(super) listing: Words,
    pub(super) walked: Words,
    pub(super) identify: Words,
    pub(super) leader: Words,
    pub(super) exchange: Words,
    pub(super) face: Words,
    pub(super) private: Words,
    pub(super) fail: Words,
    pub(super) charged: Words,
    pub(super) irregular: Words,
    pub(super) armed_group: Words,
}

/// Resolves the patterns; a class that no file has matches nothing.
pub(super) fn known(words: &Resolver<'_>) -> Known {
    let lemmas = |list: &[&str]| {
        let mut all = Words::default();
        for item in list {
            if let Ok(w) = words.resolve(&[item]) {
                all.lemmas.extend(w.lemmas);
            }
        }
        all.lemmas.sort_unstable();
        all
    };
    let get = |list: &[&str]| {
        let mut all = Words::default();
        for item in list {
            if let Ok(w) = words.resolve(&[item]) {
                all.classes = all.classes.union(w.classes);
            }
        }
        all
    };
    Known {
        demonym: get(&["@demonym"]),
        captive: get(&["@captive"]),
        releasable: get(&["@releasable"]),
        people_unit: get(&["@people-unit"]),
        entity_unit: get(&["@entity-unit"]),
        package: get(&["@package-noun"]),
        captivity: get(&["@captivity"]),
        sector: get(&["@sector"]),
        measure: get(&["@measure"]),
        relief: get(&["@relief"]),
        government: get(&["@government-noun"]),
        criminal: get(&["@criminal-cue"]),
        blocked: get(&["@sports-body", "@private-body"]),
        not_actor: get(&["@not-actor"]),
        list: get(&["@list"]),
        person_noun: get(&["@captive", "@releasable", "@people-unit", "@person-title"]),
        capture: get(&["@capture"]),
        motion: get(&["@motion"]),
        secure: get(&["@secure"]),
        acts: get(&["@impose-act", "@relief-act"]),
        aim: get(&["@sanction-weak", "@intend"]),
        counted: get(&["@captive", "@releasable", "@people-unit", "@entity-unit", "@person-title"]),
        remain: get(&["@remain"]),
        moved: {
            let mut all = get(&["@release-weak"]);
            all.lemmas = lemmas(&["take", "transfer", "move", "bring", "send", "fly"]).lemmas;
            all
        },
        agency: get(&["@agency", "@bloc"]),
        hostage: lemmas(&["hostage", "abductee", "kidnap victim", "kidnap", "abduct"]),
        vessel: lemmas(&["vessel", "ship", "tanker", "aircraft", "boat"]),
        country: get(&["@state", "@demonym", "@capital"]),
        freeing: get(&["@release"]),
        decides: get(&["@impose", "@promise", "@grant", "@perform"]),
        listing: {
            let mut all = get(&["@sanction-direct", "@delist"]);
            all.lemmas = lemmas(&["target", "hit", "designate", "list", "add"]).lemmas;
            all
        },
        walked: {
            let mut all = get(&["@walk-free"]);
            all.lemmas = lemmas(&["reunite", "return", "arrive"]).lemmas;
            all
        },
        identify: lemmas(&["identify", "name"]),
        leader: get(&["@leader"]),
        face: get(&["@face"]),
        fail: get(&["@deny"]),
        armed_group: get(&["@armed-group"]),
        charged: lemmas(&["charge", "convict", "indict", "find guilty", "prosecute", "accuse"]),
        irregular: lemmas(&[
            "militant",
            "insurgent",
            "rebel",
            "gunman",
            "kidnapper",
            "abductor",
            "captor",
            "extremist",
            "Islamist",
            "jihadist",
            "jihadi",
            "guerrilla",
            "bandit",
            "pirate",
            "terrorist",
            "fighter",
            "tribesman",
            "separatist",
            "militia",
            "paramilitary",
        ]),
        private: lemmas(&[
            "bank",
            "club",
            "team",
            "league",
            "school",
            "university",
            "airline",
            "company",
            "firm",
            "shop",
            "platform",
            "retailer",
            "broadcaster",
            "newspaper",
            "hotel",
            "federation",
            "association",
        ]),
        exchange: lemmas(&[
            "swap",
            "exchange",
            "prisoner swap",
            "prisoner exchange",
            "prisoners swap",
            "prisoners exchange",
            "hostage swap",
            "spy swap",
            "prisoner trade",
        ]),
    }
}
