//! Any bytes as a record of `news.articles`: an answer, the same one twice, and never a span that cuts no text.
#![no_main]

use std::cell::RefCell;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sanctions_stream::input::Record;
use sanctions_stream::pipeline::{Options, Pipeline, Scratch};
use sanctions_stream::rules::RuleSet;

thread_local! {
    static STAGE: (Pipeline, RefCell<Scratch>) =
        (Pipeline::new(Arc::new(RuleSet::builtin()), Options { signals: true, ..Options::default() }), RefCell::default());
}

fuzz_target!(|bytes: &[u8]| {
    STAGE.with(|(pipeline, scratch)| {
        let record = Record { key: None, value: Some(bytes), headers: &[] };
        let once = pipeline.process(&record, None, &mut scratch.borrow_mut());
        let again = pipeline.process(&record, None, &mut Scratch::default());
        assert_eq!((&once.tally, &once.emitted), (&again.tally, &again.emitted));
        assert_ne!(once.tally.rejected, Some("panicked"));
    });
});
