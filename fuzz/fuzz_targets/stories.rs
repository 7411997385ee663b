//! Any bytes as a record of `sanctions.mentions`, and as one of `sanctions.stories`: taken, or a dead letter.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sanctions_stream::input::{Header, Record};
use sanctions_stream::pipeline::{Options, StoryStage};
use sanctions_stream::rules::RuleSet;

thread_local! {
    static RULES: Arc<RuleSet> = Arc::new(RuleSet::builtin());
}

fuzz_target!(|bytes: &[u8]| {
    RULES.with(|rules| {
        let mut stage = StoryStage::new(Arc::clone(rules), &Options::default());
        for kind in ["mention.v1", "document.withdrawn.v1", "document.superseded.v1", "story.moved.v1", "story.linked.v1"] {
            let headers = [Header { name: "ce_type", value: Some(kind.as_bytes()) }];
            stage.process(&Record { key: Some(b"BY"), value: Some(bytes), headers: &headers }, None);
        }
        let _ = stage.restore(Some(bytes), Some(bytes));
        let _ = stage.restore(Some(bytes), None);
    });
});
