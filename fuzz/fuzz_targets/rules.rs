//! Any text as a rule file: a rule set, or findings whose places are in the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanctions_stream::rules::{SourceFile, check};

fuzz_target!(|text: &str| {
    let file = |path: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    for path in ["any.toml", "lexicon/nouns.tsv", "lexicon/verbs.tsv", "lexicon/function-words.tsv"] {
        for finding in check(&[file(path)]).diagnostics {
            assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
        }
    }
});
