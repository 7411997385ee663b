//! Sentences from parts: a frame with holes, an act to fill them, and the world.

use super::verdict::Want;
use super::world::{Actor, CAPTORS, NATIONS, NUMBERS, PERSONS, SANCTIONERS, SPEAKERS, TARGETS};

/// The three event types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// `sanction_imposed`.
    Imposed,
    /// `sanction_lifted`.
    Lifted,
    /// `prisoner_release`.
    Released,
}

impl Event {
    /// The name in rule files and alerts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Imposed => "sanction_imposed",
            Self::Lifted => "sanction_lifted",
            Self::Released => "prisoner_release",
        }
    }

    /// The name in cells.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Imposed => "imposed",
            Self::Lifted => "lifted",
            Self::Released => "released",
        }
    }
}

/// Something that can be done to somebody: a verb with its object.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    /// Name of the paradigm: "waive".
    pub family: &'static str,
    /// What it is.
    pub event: Event,
    /// Base, third person, past, participle, gerund.
    pub verb: [&'static str; 5],
    /// With holes `{T}` target, `{D}` its demonym, `{F}` foreign demonym, `{n}` number, `{P}` person.
    pub object: &'static str,
    /// The object takes a plural verb.
    pub plural: bool,
    /// What follows the object.
    pub tail: &'static str,
    /// "the lifting of sanctions on {T}"; empty where nobody says so.
    pub nominal: &'static str,
}

/// A sentence with holes, and what it says of the act.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Name of the paradigm: "modal.may".
    pub id: &'static str,
    /// Holes: `{A}` actor, `{H}` actor in a headline, `{A's}`, `{A.has}`, `{A.is}`, `{B}` speaker, the verb forms, `{O}` object,
    /// `{tail}`, `{O.was}`, `{O.has}`, `{O.is}`, `{N}` nominal. A text that begins with `#` is a headline.
    pub text: &'static str,
    /// The statuses that are right.
    pub status: &'static [&'static str],
    /// The frame names who acts.
    pub agent: bool,
}

/// One composed document.
#[derive(Clone, Debug)]
pub struct Case {
    /// The paradigm cell.
    pub cell: String,
    /// Its headline.
    pub headline: Option<String>,
    /// Its body.
    pub body: Option<String>,
    /// What it reports. Empty: nothing.
    pub want: Vec<Want>,
}

/// One choice of everything in the world.
#[derive(Clone, Copy, Debug)]
pub struct Pick {
    seed: usize,
    /// Who acts.
    pub actor: Actor,
    /// Whom a measure hits.
    pub target: super::world::State,
    /// The nationality of those freed.
    pub nation: super::world::State,
    /// Who speaks.
    pub speaker: &'static str,
    /// A person.
    pub person: &'static str,
    /// A number, as written and its value.
    pub number: (&'static str, u32),
}

impl Pick {
    /// The `seed`th choice for an event; strides without a common factor, so that every pair comes up in the end.
    pub fn of(event: Event, seed: usize) -> Self {
        let actors = if event == Event::Released { CAPTORS } else { SANCTIONERS };
        Self {
            seed,
            actor: actors[seed % actors.len()],
            target: TARGETS[(seed * 5 + 1) % TARGETS.len()],
            nation: NATIONS[(seed * 3 + 2) % NATIONS.len()],
            speaker: SPEAKERS[(seed * 7 + 3) % SPEAKERS.len()],
            person: PERSONS[(seed * 5 + 4) % PERSONS.len()],
            number: NUMBERS[(seed * 3 + 1) % NUMBERS.len()],
        }
    }

    /// Another choice with everything moved on.
    pub fn next(self, event: Event) -> Self {
        Self::of(event, self.seed + 1)
    }
}

/// Fills the holes of a text that do not depend on an act.
pub fn fill(text: &str, p: &Pick) -> String {
    let a = p.actor;
    let s = |plural: &'static str, singular: &'static str| if a.plural { plural } else { singular };
    let possessive = if a.text.ends_with('s') { format!("{}'", a.text) } else { format!("{}'s", a.text) };
    let filled = text
        .replace("{A's}", &possessive)
        .replace("{A.has}", s("have", "has"))
        .replace("{A.is}", s("are", "is"))
        .replace("{A.s}", s("", "s"))
        .replace("{A.ies}", s("y", "ies"))
        .replace("{A.it}", s("they", if a.text.starts_with("President") { "he" } else { "it" }))
        .replace("{A}", a.text)
        .replace("{H}", a.short)
        .replace("{B}", p.speaker)
        .replace("{T}", p.target.name)
        .replace("{D}", p.target.demonym)
        .replace("{F}", p.nation.demonym)
        .replace("{P}", p.person)
        .replace("{n}", p.number.0);
    assert!(!filled.contains('{'), "a hole is left in {filled:?}");
    let mut chars = filled.trim_start_matches(['#', '“']).chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let quote = if filled.contains("#“") || filled.starts_with('“') { "“" } else { "" };
    format!("{quote}{first}{}", chars.as_str())
}

/// Composes an act into a frame; `None` when the frame needs a nominal that the act has not.
pub fn compose(cell: String, frame: &Frame, act: &Act, p: &Pick) -> Option<Case> {
    if frame.text.contains("{N}") && act.nominal.is_empty() {
        return None;
    }
    let [base, third, past, part, ger] = act.verb;
    let o = |plural: &'static str, singular: &'static str| if act.plural { plural } else { singular };
    // "Its sanctions were lifted by the EU": a possessive that points forward is bad English.
    let passive = frame.text.trim_start_matches('#').starts_with("{O}");
    let owned = |t: &str| if passive { t.replace("its ", "the ") } else { t.to_owned() };
    let (object, tail) = (owned(act.object), owned(act.tail));
    let text = frame
        .text
        .replace("{third}", if p.actor.plural { base } else { third })
        .replace("{base}", base)
        .replace("{past}", past)
        .replace("{part}", part)
        .replace("{ger}", ger)
        .replace("{O.was}", o("were", "was"))
        .replace("{O.has}", o("have", "has"))
        .replace("{O.is}", o("are", "is"))
        .replace("{N}", act.nominal)
        .replace("{O}", &object)
        .replace("{tail}", &tail);
    let filled = fill(&text, p);
    let (headline, body) = if frame.text.starts_with('#') { (Some(filled), None) } else { (None, Some(filled)) };
    let has = |hole: &str| text.contains(hole);
    let target = if act.event == Event::Released {
        if has("{F}") { vec![p.nation.code] } else { vec![] }
    } else {
        vec![p.target.code]
    };
    let want = Want {
        event: act.event.name(),
        status: frame.status,
        authority: if frame.agent { vec![p.actor.code] } else { vec![] },
        target,
        count: has("{n}").then_some(p.number.1),
        persons: if has("{P}") { vec![p.person] } else { vec![] },
    };
    Some(Case { cell, headline, body, want: vec![want] })
}
