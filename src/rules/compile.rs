//! Rule and lexicon files -> [`RuleSet`].
//!
//! Parse, don't validate: after this no rule can name an unknown class, event, status or relation. Problems come back as
//! diagnostics with a code and a place; nothing is half loaded. Examples are not run here but in `check`.

mod entry;
mod resolve;
mod vocabulary;

use std::collections::BTreeMap;
use std::ops::Range;

use sha2::{Digest, Sha256};
use toml::Spanned;

use self::resolve::Resolver;
use super::SourceFile;
use super::file::{RawEvent, RuleFile};
use super::gate::Gate;
use super::index::Index;
use super::known::Known;
use super::report::{Diagnostic, Severity};
use super::set::{Event, LinkCue, RuleSet};
use crate::syntax::Parts;
use crate::text::normal_form;

mod builtin {
    include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
}

/// A rule file beside what was read from it.
type Parsed<'f> = (&'f SourceFile, RuleFile);

/// Collects diagnostics while compiling.
#[derive(Default)]
struct Compiler {
    diagnostics: Vec<Diagnostic>,
    /// The file of every id so far.
    ids: BTreeMap<String, String>,
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
        let mut sorted: Vec<&SourceFile> = files.iter().collect();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        let mut compiler = Compiler::default();
        let parsed = compiler.parse(&sorted);
        let vocabulary = compiler.vocabulary(&sorted, &parsed);
        let words = Resolver::new(&vocabulary.lexicon, &vocabulary.cues);
        let (events, gate) = compiler.events(&parsed);

        let mut set = Self { hash: hash(&sorted), events, gate, ..Self::default() };
        for (file, raw) in &parsed {
            if let Some(version) = &raw.version {
                set.version.clone_from(version);
            }
            compiler.entries(&mut set, &words, file, raw);
            compiler.patterns(&mut set.words, &words, file, raw);
        }
        if !compiler.diagnostics.is_empty() {
            return Err(compiler.diagnostics);
        }
        set.public_events = set.events.iter().map(|e| e.public.clone()).collect();
        set.index = Index::new(&vocabulary.lexicon, &vocabulary.cues, &set.rules, &set.scopes);
        set.parts = Parts::new(&vocabulary.lexicon, &vocabulary.grammar);
        set.abbreviations = vocabulary.abbreviations;
        set.grammar = vocabulary.grammar;
        set.lexicon = vocabulary.lexicon;
        set.cues = vocabulary.cues;
        Ok(set)
    }
}

/// sha256 in hex over the path and text of every file: everything that can change an answer.
fn hash(files: &[&SourceFile]) -> String {
    use std::fmt::Write as _;
    let mut hasher = Sha256::new();
    for part in files.iter().flat_map(|file| [&file.path, &file.text]) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Compiler {
    fn error(&mut self, code: &'static str, path: &str, span: Range<usize>, message: String, help: &str) {
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

    /// Reads the TOML files.
    fn parse<'f>(&mut self, files: &[&'f SourceFile]) -> Vec<Parsed<'f>> {
        let mut parsed = Vec::new();
        for file in files.iter().filter(|f| f.path.ends_with(".toml")) {
            match toml::from_str::<RuleFile>(&file.text) {
                Ok(rules) if rules.engine == 1 => parsed.push((*file, rules)),
                Ok(rules) => {
                    let message = format!("engine {} is not known; this program reads engine 1", rules.engine);
                    let help = "use a newer sanctions-stream, or set engine = 1";
                    self.error("R000", &file.path, 0..0, message, help);
                }
                Err(e) => {
                    let span = e.span().unwrap_or(0..0);
                    self.error("R002", &file.path, span, e.message().to_owned(), "");
                }
            }
        }
        parsed
    }

    /// Compiles the event types of all files, and the gate that their literals make.
    fn events(&mut self, parsed: &[Parsed<'_>]) -> (Vec<Event>, Gate) {
        let mut events: Vec<Event> = Vec::new();
        let mut literals: BTreeMap<String, u32> = BTreeMap::new();
        for (file, raw) in parsed.iter().flat_map(|(file, rules)| rules.event.iter().map(move |raw| (file, raw))) {
            let name = raw.name.get_ref();
            if events.iter().any(|e| e.public.name == *name) {
                let message = format!("event {name:?} is declared twice");
                self.error("R001", &file.path, raw.name.span(), message, "rename one of them");
            } else if events.len() >= 32 {
                self.error("R012", &file.path, raw.name.span(), "more than 32 event types".into(), "");
            } else {
                self.event_lints(&file.path, raw);
                for literal in &raw.gate {
                    *literals.entry(literal.get_ref().to_ascii_lowercase()).or_default() |= 1 << events.len();
                }
                events.push(entry::event(raw));
            }
        }
        let gate = Gate::compile(&literals).unwrap_or_else(|problem| {
            self.error("R007", "events.toml", 0..0, problem, "");
            Gate::default()
        });
        (events, gate)
    }

    fn event_lints(&mut self, path: &str, raw: &RawEvent) {
        for literal in raw.gate.iter().filter(|l| l.get_ref().len() < 3 || !l.get_ref().is_ascii()) {
            let message = format!("gate literal {:?} is shorter than 3 bytes or not ASCII", literal.get_ref());
            self.error("R007", path, literal.span(), message, "a gate needs rare, plain literals");
        }
        if !raw.cameo.contains_key("enacted") {
            let message = format!("event {:?} has no CAMEO code for enacted", raw.name.get_ref());
            self.error("R009", path, raw.name.span(), message, "add cameo = { enacted = \"...\" }");
        }
    }

    /// Adds the rules, scope cues and link cues of one file.
    fn entries(&mut self, set: &mut RuleSet, words: &Resolver<'_>, file: &SourceFile, raw: &RuleFile) {
        for raw in &raw.rule {
            self.unique(&file.path, &raw.id);
            if let Some(rule) = entry::rule(self, words, &set.events, &file.path, raw) {
                set.infos.push(entry::info(file, raw, &set.events[rule.event]));
                set.rules.push(rule);
            }
        }
        for raw in &raw.scope {
            self.unique(&file.path, &raw.id);
            set.scopes.extend(entry::scope(self, words, &set.events, &file.path, raw));
        }
        for raw in &raw.link {
            self.unique(&file.path, &raw.id);
            if let Some(relation) = entry::relation(&raw.relation) {
                let cues = raw.cue.iter().map(|c| normal_form(c)).collect();
                set.links.push(LinkCue { id: raw.id.get_ref().clone(), relation, cues });
            } else {
                let message = format!("unknown relation {:?}", raw.relation);
                let help = "one of in_exchange_for, in_response_to, same_announcement, retaliates, reverses";
                self.error("R013", &file.path, raw.id.span(), message, help);
            }
        }
    }

    /// Adds the patterns of one file to those that the engine asks for.
    fn patterns(&mut self, known: &mut Known, words: &Resolver<'_>, file: &SourceFile, raw: &RuleFile) {
        for (name, list) in &raw.pattern {
            let pattern = if Known::is_of_cues(name.get_ref()) {
                words.split(self, &file.path, list).1
            } else {
                words.pattern(self, &file.path, list)
            };
            if let Err(names) = known.add(name.get_ref(), pattern) {
                let message = format!("no pattern is called {:?}", name.get_ref());
                self.error("R018", &file.path, name.span(), message, &format!("one of {names}"));
            }
        }
    }

    fn unique(&mut self, path: &str, id: &Spanned<String>) {
        if let Some(other) = self.ids.insert(id.get_ref().clone(), path.to_owned()) {
            let message = format!("id {:?} is already used in {other}", id.get_ref());
            self.error("R001", path, id.span(), message, "ids are unique over all files and never reused");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<(&'static str, String)> {
        let file = SourceFile { path: "extra.toml".to_owned(), text: text.to_owned() };
        let files = [RuleSet::builtin_files(), vec![file]].concat();
        let problems = RuleSet::compile(&files).err().unwrap_or_default();
        problems.into_iter().map(|d| (d.code, text[d.span].to_owned())).collect()
    }

    #[test]
    fn every_pattern_that_the_engine_asks_for_is_in_the_built_in_rules() {
        let mut set = RuleSet::builtin();
        assert_eq!(set.words.missing(), Vec::<&str>::new());
    }

    #[test]
    fn a_pattern_that_nobody_asks_for_is_an_error_and_so_is_every_word_that_no_lexicon_has() {
        assert_eq!(problems("engine = 1\n[pattern]\nvessel = [\"truck\"]"), []);
        assert_eq!(problems("engine = 1\n[pattern]\nvesel = [\"ship\"]"), [("R018", "vesel".to_owned())]);
        let unknown = |word: &str| ("R003", format!("{word:?}"));
        assert_eq!(
            problems("engine = 1\n[pattern]\nvessel = [\"shipp\", \"boat\", \"@boats\"]"),
            [unknown("shipp"), unknown("@boats")]
        );
    }
}
