//! Rule and lexicon files -> [`RuleSet`].
//!
//! Parse, don't validate: after this no rule can name an unknown class, event, status or relation. Problems come back as
//! diagnostics with a code and a place; nothing is half loaded. Examples are not run here but in `check`.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use toml::Spanned;

use super::file::{KeyedBy, Maturity, Place, RawEvent, RawRule, RawScope, RuleFile, Shape, Support, Voice};
use super::gate::Gate;
use super::index::Index;
use super::known::{Known, known};
use super::report::{Diagnostic, ExampleInfo, RuleInfo, Severity};
use super::words::Words;
use super::{EventType, Relation, SourceFile, Status};
use crate::lexicon::{ClassSet, EntryFlags, Form, Lexicon, LexiconBuilder, Spellings, read_file};
use crate::syntax::{Grammar, Parts};
use crate::text::{Abbreviations, normal_form};

mod builtin {
    include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
}

/// A compiled event type.
#[derive(Clone, Debug)]
pub struct Event {
    /// What the outside sees.
    pub public: EventType,
    /// CAMEO code by status or reason.
    pub cameo: BTreeMap<String, String>,
    /// Measures or people.
    pub shape: Shape,
    /// Codes that, as a bare modifier, act rather than undergo.
    pub usual_authority: Vec<String>,
}

impl Event {
    /// The CAMEO code for a reason, else for the status, else for an enacted event.
    #[must_use]
    pub fn cameo(&self, status: Status, reason: Option<&str>) -> String {
        reason
            .and_then(|r| self.cameo.get(r))
            .or_else(|| self.cameo.get(status.name()))
            .or_else(|| self.cameo.get("enacted"))
            .cloned()
            .unwrap_or_default()
    }
}

/// A compiled rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Index of its event.
    pub event: usize,
    /// Whether it is on by default.
    pub maturity: Maturity,
    /// Finer class.
    pub subtype: Option<String>,
    /// Base confidence.
    pub weight: f64,
    /// The trigger's words and conditions.
    pub when: When,
}

/// The compiled trigger.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// Verb heads.
    pub verb: Words,
    /// Noun heads.
    pub noun: Words,
    /// Objects.
    pub object: Words,
    /// Subjects.
    pub subject: Words,
    /// Required modifiers.
    pub modifier: Words,
    /// Required complement: prepositions and words.
    pub with: Option<(Vec<String>, Words)>,
    /// Required in the object's own phrase.
    pub qualified: Words,
    /// Excluded from the object.
    pub without: Words,
    /// Excluded from the sentence.
    pub unless: Words,
    /// Required in the sentence.
    pub beside: Words,
    /// Required in the sentence or before it in the document.
    pub context: ClassSet,
    /// Required governor.
    pub under: Words,
    /// Prepositions through which it governs; any when empty.
    pub via: Vec<String>,
    /// Support for weak objects.
    pub support: Support,
    /// Voices.
    pub voice: Voice,
    /// Article allowed.
    pub article: bool,
    /// Notice allowed.
    pub notice: bool,
    /// Only in this field.
    pub field: Option<String>,
    /// Status by default.
    pub status: Option<Status>,
    /// The negated trigger is the event.
    pub negated: bool,
    /// A definite object is taken as known already.
    pub definite_is_known: bool,
    /// Values of a list change.
    pub value: BTreeMap<String, String>,
}

/// A compiled scope cue.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Its id.
    pub id: String,
    /// The reason that it gives.
    pub reason: &'static str,
    /// The status that it gives.
    pub status: Status,
    /// Its words, as units of the sentence.
    pub cue: Words,
    /// Its phrases, as tags of the cue lexicon.
    pub cue_phrases: Words,
    /// Where it stands.
    pub at: Place,
    /// Prepositions that must part it from what it governs.
    pub via: Vec<String>,
    /// Events on which it works, as a mask; all bits when unrestricted.
    pub events: u32,
    /// Reach in units.
    pub reach: usize,
    /// Subjects that disarm it.
    pub unless_subject: Words,
    /// Subjects one of which it needs.
    pub if_subject: Words,
    /// The governing verb must be asserted itself, not "to vote" or "will vote".
    pub if_asserted: bool,
}

/// A compiled link cue.
#[derive(Clone, Debug)]
pub struct LinkCue {
    /// Its id.
    pub id: String,
    /// The relation that it gives.
    pub relation: Relation,
    /// Folded phrases.
    pub cues: Vec<String>,
}

/// Reason codes that the engine itself gives, and those that scope files may give. A closed list, because they are metric
/// labels and header values.
pub const REASONS: &[&str] = &[
    "announced",
    "background",
    "conditional",
    "considered",
    "criminal",
    "delayed",
    "demanded",
    "denied",
    "domestic",
    "expected",
    "historical",
    "kept",
    "low-confidence",
    "modal",
    "negated",
    "no-actor",
    "offered",
    "promised",
    "presupposed",
    "proposed",
    "refused",
    "rescued",
    "threatened",
    "withheld",
];

/// A compiled rule set: rules, scope cues and lexicon, with the hash of everything that can change an answer.
#[derive(Debug)]
pub struct RuleSet {
    pub(super) version: String,
    pub(super) hash: String,
    pub(super) lexicon: Lexicon,
    pub(super) cues: Lexicon,
    pub(super) grammar: Grammar,
    pub(super) parts: Parts,
    pub(super) abbreviations: Abbreviations,
    pub(super) events: Vec<Event>,
    pub(super) public_events: Vec<EventType>,
    pub(super) rules: Vec<Rule>,
    pub(super) scopes: Vec<Scope>,
    pub(super) links: Vec<LinkCue>,
    pub(super) gate: Gate,
    pub(super) index: Index,
    pub(super) infos: Vec<RuleInfo>,
    pub(super) words: Known,
}

/// Collects diagnostics while compiling.
struct Compiler {
    diagnostics: Vec<Diagnostic>,
}

impl Compiler {
    fn error(&mut self, code: &'static str, path: &str, span: std::ops::Range<usize>, message: String, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_owned());
        self.diagnostics.push(Diagnostic {
            code,
            severity: Severity::Error,
            path: path.to_owned(),
            span,
            message,
            help,
        });
    }
}

impl RuleSet {
    /// The files compiled into the binary.
    #[must_use]
    pub fn builtin_files() -> Vec<SourceFile> {
        builtin::FILES.iter().map(|(p, t)| SourceFile { path: (*p).to_owned(), text: (*t).to_owned() }).collect()
    }

    /// The rule set compiled into the binary.
    ///
    /// # Panics
    /// Never in a released binary: a test compiles the built-in files.
    #[must_use]
    pub fn builtin() -> Self {
        match Self::compile(&Self::builtin_files()) {
            Ok(set) => set,
            Err(problems) => panic!("the built-in rules do not compile: {problems:#?}"),
        }
    }

    /// Compiles rule and lexicon files. The files are given as text: reading them is the caller's business.
    ///
    /// # Errors
    /// Every problem found, each with its file and place.
    pub fn compile(files: &[SourceFile]) -> Result<Self, Vec<Diagnostic>> {
        let mut compiler = Compiler { diagnostics: Vec::new() };
        let mut parsed: Vec<(&SourceFile, RuleFile)> = Vec::new();
        let mut hasher = Sha256::new();
        let mut sorted: Vec<&SourceFile> = files.iter().collect();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        for file in &sorted {
            hasher.update((file.path.len() as u64).to_be_bytes());
            hasher.update(&file.path);
            hasher.update((file.text.len() as u64).to_be_bytes());
            hasher.update(&file.text);
            if file.path.ends_with(".toml") {
                match toml::from_str::<RuleFile>(&file.text) {
                    Ok(rules) if rules.engine == 1 => parsed.push((file, rules)),
                    Ok(rules) => {
                        let message = format!("engine {} is not known; this program reads engine 1", rules.engine);
                        compiler.error(
                            "R000",
                            &file.path,
                            0..0,
                            message,
                            "use a newer sanctions-stream, or set engine = 1",
                        );
                    }
                    Err(e) => {
                        let span = e.span().unwrap_or(0..0);
                        compiler.error("R002", &file.path, span, e.message().to_owned(), "");
                    }
                }
            }
        }
        let mut builder = LexiconBuilder::default();
        let mut cue_builder = LexiconBuilder::default();
        let mut abbreviations = Abbreviations::default();
        for file in &sorted {
            if file.path.ends_with("abbreviations.txt") {
                abbreviations = Abbreviations::read(&file.text);
            } else if file.path.ends_with(".tsv") || file.path.ends_with(".txt") {
                let mut split = Split { words: &mut builder, cues: &mut cue_builder };
                if let Err(e) = split.read(&file.path, &file.text) {
                    let span = line_span(&file.text, e.line);
                    compiler.error("R011", &file.path, span, e.problem.clone(), "");
                }
            }
        }
        let grammar = Grammar::resolve(&mut builder);
        // The engine's own classes: named persons and things, which no list can hold.
        let _ = builder.class("person");
        let _ = builder.class("named");
        // Both lexicons give a class the same id only by chance, so cue classes are known to the cue lexicon alone.
        for (_, file) in &parsed {
            for literal in cue_literals(file).filter(|l| normal_form(l).contains(' ')) {
                let _ = cue_builder.add(&literal, "cue", &literal, "", Form::Base, EntryFlags::default(), None, false);
            }
            for literal in word_literals(file).chain(cue_literals(file).filter(|l| !normal_form(l).contains(' '))) {
                let norm = normal_form(&literal);
                for (form, inflected) in [(norm.clone(), Form::Base), (format!("{norm}s"), Form::Plural)] {
                    if !builder.knows(&form) {
                        let _ = builder.add(
                            &form,
                            "rule-word",
                            &literal,
                            "",
                            inflected,
                            EntryFlags::default(),
                            None,
                            false,
                        );
                    }
                }
            }
        }
        let spellings = Arc::new(Spellings::new(&builder.words().chain(cue_builder.words()).collect()));
        let lexicon = builder.build(&spellings);
        let cues = cue_builder.build(&spellings);
        let words = Words::new_resolver(&lexicon, &cues);

        let mut events: Vec<Event> = Vec::new();
        let mut gate_literals: BTreeMap<String, u32> = BTreeMap::new();
        for (file, rules) in &parsed {
            for raw in &rules.event {
                if events.iter().any(|e| e.public.name == *raw.name.get_ref()) {
                    let message = format!("event {:?} is declared twice", raw.name.get_ref());
                    compiler.error("R001", &file.path, raw.name.span(), message, "rename one of them");
                    continue;
                }
                if events.len() >= 32 {
                    compiler.error("R012", &file.path, raw.name.span(), "more than 32 event types".into(), "");
                    continue;
                }
                let bit = 1u32 << events.len();
                for literal in &raw.gate {
                    if literal.get_ref().len() < 3 || !literal.get_ref().is_ascii() {
                        let message =
                            format!("gate literal {:?} is shorter than 3 bytes or not ASCII", literal.get_ref());
                        compiler.error(
                            "R007",
                            &file.path,
                            literal.span(),
                            message,
                            "a gate needs rare, plain literals",
                        );
                    }
                    *gate_literals.entry(literal.get_ref().to_ascii_lowercase()).or_default() |= bit;
                }
                if !raw.cameo.contains_key("enacted") {
                    let message = format!("event {:?} has no CAMEO code for enacted", raw.name.get_ref());
                    compiler.error("R009", &file.path, raw.name.span(), message, "add cameo = { enacted = \"...\" }");
                }
                events.push(event(raw));
            }
        }
        // One automaton finds one pattern at a place; where literals overlap, the longer must carry the bits of the shorter.
        let list: Vec<(String, u32)> = gate_literals
            .iter()
            .map(|(l, m)| {
                let inside = gate_literals.iter().filter(|(k, _)| l.contains(k.as_str()));
                (l.clone(), inside.fold(*m, |m, (_, n)| m | n))
            })
            .collect();
        let mut ordered = list;
        ordered.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(&b.0)));
        let gate = match Gate::compile(&ordered) {
            Ok(gate) => gate,
            Err(e) => {
                compiler.error("R007", "events.toml", 0..0, e, "");
                Gate::default()
            }
        };

        let mut rules = Vec::new();
        let mut infos = Vec::new();
        let mut scopes = Vec::new();
        let mut links = Vec::new();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut version = String::new();
        for (file, parsed_file) in &parsed {
            if let Some(v) = &parsed_file.version {
                version.clone_from(v);
            }
            for raw in &parsed_file.rule {
                unique(&mut compiler, &mut seen, &file.path, &raw.id);
                if let Some(rule) = compile_rule(&mut compiler, &words, &events, &file.path, raw) {
                    infos.push(info(file, raw, &events[rule.event]));
                    rules.push(rule);
                }
            }
            for raw in &parsed_file.scope {
                unique(&mut compiler, &mut seen, &file.path, &raw.id);
                if let Some(scope) = compile_scope(&mut compiler, &words, &events, &file.path, raw) {
                    scopes.push(scope);
                }
            }
            for raw in &parsed_file.link {
                unique(&mut compiler, &mut seen, &file.path, &raw.id);
                if let Some(relation) = relation(&raw.relation) {
                    let cues = raw.cue.iter().map(|c| normal_form(c)).collect();
                    links.push(LinkCue { id: raw.id.get_ref().clone(), relation, cues });
                } else {
                    let message = format!("unknown relation {:?}", raw.relation);
                    let help = "one of in_exchange_for, in_response_to, same_announcement, retaliates, reverses";
                    compiler.error("R013", &file.path, raw.id.span(), message, help);
                }
            }
        }
        if !compiler.diagnostics.is_empty() {
            return Err(compiler.diagnostics);
        }
        let known = known(&words);
        let hash = hasher.finalize().iter().fold(String::new(), |mut s, b| {
            use std::fmt::Write as _;
            let _ = write!(s, "{b:02x}");
            s
        });
        let index = Index::new(&lexicon, &cues, &rules, &scopes);
        let parts = Parts::new(&lexicon, &grammar);
        let public_events = events.iter().map(|e| e.public.clone()).collect();
        Ok(Self {
            version,
            hash,
            lexicon,
            cues,
            parts,
            grammar,
            abbreviations,
            events,
            public_events,
            rules,
            scopes,
            links,
            gate,
            index,
            infos,
            words: known,
        })
    }

    /// The event types, in the order of declaration.
    #[must_use]
    pub fn events(&self) -> &[EventType] {
        &self.public_events
    }

    /// The event type of that name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&EventType> {
        self.public_events.iter().find(|e| e.name == name)
    }

    /// sha256 in hex over every rule, cue and lexicon file: what alerts carry as `engine.rulesHash`.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Semantic version of the rules, from `rules.toml`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A plain description of every rule, in file order.
    #[must_use]
    pub fn rules(&self) -> &[RuleInfo] {
        &self.infos
    }

    /// The scope cues, in file order: id, the reason that each gives, and the status.
    pub fn scope_cues(&self) -> impl Iterator<Item = (&str, &'static str, Status)> {
        self.scopes.iter().map(|scope| (scope.id.as_str(), scope.reason, scope.status))
    }

    /// The ids of the link cues, in file order.
    pub fn link_cues(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|link| link.id.as_str())
    }

    /// The abbreviations that end no sentence, for who cuts the sentences of a document as the rules do.
    #[must_use]
    pub fn abbreviations(&self) -> &Abbreviations {
        &self.abbreviations
    }
}

/// Sends each entry to the lexicon of words or to the lexicon of cues.
struct Split<'b> {
    words: &'b mut LexiconBuilder,
    cues: &'b mut LexiconBuilder,
}

impl Split<'_> {
    fn read(&mut self, path: &str, text: &str) -> Result<(), crate::lexicon::LexiconError> {
        if !path.ends_with("function-words.tsv") {
            return read_file(path, text, self.words);
        }
        let mut words = String::new();
        let mut cues = String::new();
        for (i, line) in text.lines().enumerate() {
            let mut cells = line.split('\t');
            let (form, class) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
            let cue = i > 0 && Grammar::is_cue(class, form);
            // Line numbers stay true in both halves.
            words.push_str(if cue { "" } else { line });
            cues.push_str(if cue || i == 0 { line } else { "" });
            words.push('\n');
            cues.push('\n');
        }
        read_file(path, &words, self.words)?;
        read_file(path, &cues, self.cues)
    }
}

fn line_span(text: &str, line: usize) -> std::ops::Range<usize> {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let len = text[start..].find('\n').unwrap_or(text.len() - start);
    start..start + len
}

fn literals<'f>(lists: Vec<&'f [Spanned<String>]>) -> impl Iterator<Item = String> + 'f {
    lists.into_iter().flatten().map(|s| s.get_ref()).filter(|s| !s.starts_with('@')).cloned()
}

/// Literal words of the file's rules: they become entries of the word lexicon unless it knows them.
fn word_literals(file: &RuleFile) -> impl Iterator<Item = String> {
    let rules = file.rule.iter().flat_map(|rule| {
        let w = &rule.when;
        [&w.verb, &w.noun, &w.object, &w.subject, &w.modifier, &w.without, &w.unless, &w.beside, &w.under]
            .into_iter()
            .chain(w.with.as_ref().map(|x| &x.object))
            .map(Vec::as_slice)
    });
    let subjects = file.scope.iter().flat_map(|s| [s.unless_subject.as_slice(), s.if_subject.as_slice()]);
    literals(rules.chain(subjects).collect())
}

/// Literal cues of the file's scopes: phrases go to the cue lexicon, so that they hide no part of speech.
fn cue_literals(file: &RuleFile) -> impl Iterator<Item = String> {
    literals(file.scope.iter().map(|s| s.cue.as_slice()).collect())
}

fn event(raw: &RawEvent) -> Event {
    Event {
        public: EventType {
            name: raw.name.get_ref().clone(),
            label: raw.label.clone(),
            topic: raw.topic.clone(),
            ce_type: raw.ce_type.clone(),
            plover: raw.plover.clone(),
            keyed_by_authority: raw.key == KeyedBy::Authority,
        },
        cameo: raw.cameo.clone(),
        shape: raw.shape,
        usual_authority: raw.usual_authority.clone(),
    }
}

fn unique(compiler: &mut Compiler, seen: &mut BTreeMap<String, String>, path: &str, id: &Spanned<String>) {
    if let Some(other) = seen.insert(id.get_ref().clone(), path.to_owned()) {
        let message = format!("id {:?} is already used in {other}", id.get_ref());
        compiler.error("R001", path, id.span(), message, "ids are unique over all files and never reused");
    }
}

/// Resolves `@class` and lemmas to [`Words`].
pub(super) struct Resolver<'l> {
    lexicon: &'l Lexicon,
    cues: &'l Lexicon,
}

impl Words {
    pub(super) fn new_resolver<'l>(lexicon: &'l Lexicon, cues: &'l Lexicon) -> Resolver<'l> {
        Resolver { lexicon, cues }
    }
}

impl Resolver<'_> {
    /// The pattern over the word lexicon, or the first word that it does not know.
    pub(super) fn resolve(&self, list: &[&str]) -> Result<Words, String> {
        Self::over(self.lexicon, list)
    }

    /// The pattern over the cue lexicon; unknown words are left out, the word lexicon has them.
    fn over(lexicon: &Lexicon, list: &[&str]) -> Result<Words, String> {
        let mut classes = ClassSet::EMPTY;
        let mut lemmas = Vec::new();
        for item in list {
            if let Some(class) = item.strip_prefix('@') {
                let id = lexicon.classes().find(class).ok_or_else(|| (*item).to_owned())?;
                classes.insert(id);
            } else {
                let symbol = lexicon.symbols().find(&normal_form(item)).ok_or_else(|| (*item).to_owned())?;
                lemmas.push(symbol);
            }
        }
        Ok(Words::new(classes, lemmas))
    }

    /// What of the list the word lexicon knows, and what of it the cue lexicon knows; the first word unknown to both.
    pub(super) fn split(&self, list: &[&str]) -> Result<(Words, Words), String> {
        let mut both = (Words::default(), Words::default());
        for item in list {
            let in_words = self.resolve(&[item]);
            let in_cues = Self::over(self.cues, &[item]);
            if in_words.is_err() && in_cues.is_err() {
                return Err((*item).to_owned());
            }
            both = (both.0.or(in_words.unwrap_or_default()), both.1.or(in_cues.unwrap_or_default()));
        }
        Ok(both)
    }
}

fn resolve(compiler: &mut Compiler, words: &Resolver<'_>, path: &str, list: &[Spanned<String>]) -> Words {
    let plain: Vec<&str> = list.iter().map(|s| s.get_ref().as_str()).collect();
    match words.resolve(&plain) {
        Ok(w) => w,
        Err(unknown) => {
            let span = list.iter().find(|s| *s.get_ref() == unknown).map_or(0..0, Spanned::span);
            let message = format!("{unknown:?} is not in the lexicon");
            compiler.error("R003", path, span, message, "add it to a file under lexicon/, or correct the spelling");
            Words::default()
        }
    }
}

fn compile_rule(
    compiler: &mut Compiler,
    words: &Resolver<'_>,
    events: &[Event],
    path: &str,
    raw: &RawRule,
) -> Option<Rule> {
    let Some(event) = events.iter().position(|e| e.public.name == *raw.event.get_ref()) else {
        let message = format!("unknown event type {:?}", raw.event.get_ref());
        compiler.error("R014", path, raw.event.span(), message, "declare it with [[event]]");
        return None;
    };
    let w = &raw.when;
    let status = match w.status.as_deref() {
        None => None,
        Some(name) => match status(name) {
            Some(s) => Some(s),
            None => {
                compiler.error("R015", path, raw.id.span(), format!("unknown status {name:?}"), STATUS_HELP);
                None
            }
        },
    };
    let mut get = |list: &[Spanned<String>]| resolve(compiler, words, path, list);
    let when = When {
        verb: get(&w.verb),
        noun: get(&w.noun),
        object: get(&w.object),
        subject: get(&w.subject),
        modifier: get(&w.modifier),
        with: w.with.as_ref().map(|x| (x.preposition.clone(), get(&x.object))),
        qualified: get(&w.qualified),
        without: get(&w.without),
        unless: get(&w.unless),
        beside: get(&w.beside),
        context: get(&w.context).classes,
        under: get(&w.under),
        via: w.via.clone(),
        support: w.support,
        voice: w.voice,
        article: w.document.is_empty() || w.document.iter().any(|d| d == "article"),
        notice: w.document.is_empty() || w.document.iter().any(|d| d == "notice"),
        field: w.field.clone(),
        status,
        negated: w.negated,
        definite_is_known: w.definite_is_known,
        value: w.value.clone(),
    };
    if when.verb.is_empty() && when.noun.is_empty() && when.value.is_empty() {
        let message = format!("rule {:?} has no trigger", raw.id.get_ref());
        compiler.error("R016", path, raw.id.span(), message, "give when.verb, when.noun or when.value");
    }
    Some(Rule {
        id: raw.id.get_ref().clone(),
        event,
        maturity: raw.status,
        subtype: raw.subtype.clone(),
        weight: raw.weight.clamp(0.0, 0.99),
        when,
    })
}

const STATUS_HELP: &str = "one of enacted, announced, proposed, rejected, background";

fn compile_scope(
    compiler: &mut Compiler,
    words: &Resolver<'_>,
    events: &[Event],
    path: &str,
    raw: &RawScope,
) -> Option<Scope> {
    let Some(status) = status(&raw.status) else {
        compiler.error("R015", path, raw.id.span(), format!("unknown status {:?}", raw.status), STATUS_HELP);
        return None;
    };
    let Some(reason) = REASONS.iter().find(|r| **r == raw.reason) else {
        let help = format!("one of {}", REASONS.join(", "));
        compiler.error("R017", path, raw.id.span(), format!("unknown reason {:?}", raw.reason), &help);
        return None;
    };
    let plain: Vec<&str> = raw.cue.iter().map(|s| s.get_ref().as_str()).collect();
    let cue = match words.split(&plain) {
        Ok((in_words, in_cues)) => (in_words, in_cues),
        Err(unknown) => {
            let span = raw.cue.iter().find(|s| *s.get_ref() == unknown).map_or(0..0, Spanned::span);
            compiler.error(
                "R003",
                path,
                span,
                format!("{unknown:?} is not in the lexicon"),
                "add it to a file under lexicon/",
            );
            return None;
        }
    };
    let mut mask = 0;
    for name in &raw.event {
        match events.iter().position(|e| e.public.name == *name) {
            Some(i) => mask |= 1 << i,
            None => compiler.error("R014", path, raw.id.span(), format!("unknown event type {name:?}"), ""),
        }
    }
    Some(Scope {
        id: raw.id.get_ref().clone(),
        reason,
        status,
        cue: cue.0,
        cue_phrases: cue.1,
        at: raw.at,
        via: raw.via.clone(),
        events: if raw.event.is_empty() { u32::MAX } else { mask },
        reach: raw.reach,
        unless_subject: resolve(compiler, words, path, &raw.unless_subject),
        if_subject: resolve(compiler, words, path, &raw.if_subject),
        if_asserted: raw.if_asserted,
    })
}

pub(super) fn status(name: &str) -> Option<Status> {
    [Status::Enacted, Status::Announced, Status::Proposed, Status::Rejected, Status::Background]
        .into_iter()
        .find(|s| s.name() == name)
}

fn relation(name: &str) -> Option<Relation> {
    [
        Relation::InExchangeFor,
        Relation::InResponseTo,
        Relation::SameAnnouncement,
        Relation::Retaliates,
        Relation::Reverses,
    ]
    .into_iter()
    .find(|r| r.name() == name)
}

fn info(file: &SourceFile, raw: &RawRule, event: &Event) -> RuleInfo {
    let expectation = |e: &super::file::RawExample| {
        if e.none {
            "no match".to_owned()
        } else if let Some(reason) = &e.not {
            format!("no alert: {reason}")
        } else {
            e.want.as_ref().map_or_else(|| "no alert".to_owned(), super::check::describe)
        }
    };
    RuleInfo {
        id: raw.id.get_ref().clone(),
        event: event.public.name.clone(),
        status: match raw.status {
            Maturity::Stable => "stable",
            Maturity::Experimental => "experimental",
            Maturity::Deprecated => "deprecated",
        }
        .to_owned(),
        since: raw.since.clone(),
        doc: raw.doc.trim().to_owned(),
        cameo: event.cameo(Status::Enacted, None),
        examples: raw
            .example
            .iter()
            .map(|e| ExampleInfo { text: e.get_ref().text.clone(), expectation: expectation(e.get_ref()) })
            .collect(),
        path: file.path.clone(),
        line: file.text[..raw.id.span().start].matches('\n').count() + 1,
    }
}
