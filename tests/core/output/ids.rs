//! Ids are promises to consumers: the expected values were computed by another program and must not move.

use super::fixture::{Fixture, at, engine, events, header, json};
use sanctions_stream::output::{mention_id, mentions, signals, withdrawn};
use sanctions_stream::story::{MentionId, StoryId};

/// sha256 over the parts as `output::id` lays them out, computed with another program.
const WITHDRAWN: &str = "9bb95c777a4cf369f75bbd708146c289";
const STORY: &str = "4c4efa8fb8e4ffae481c5d11b8f0142f";

#[test]
fn ids_are_what_they_always_were() {
    let fixture = Fixture::new();
    let ids: Vec<String> =
        fixture.classified.mentions.iter().map(|m| mention_id(&fixture.document, m).to_string()).collect();
    assert_eq!(ids, ["37e127dacffd0a6a7d362ecd10db6953", "6a6d0d040ed40a8be952049b19817d00"]);
    let origin = fixture.origin(None, &[]);
    assert_eq!(header(&withdrawn(&origin, &engine()), "ce_id"), Some(WITHDRAWN));
    assert_eq!(StoryId::opened_by(MentionId(0x37e1_27da_cffd_0a6a_7d36_2ecd_10db_6953)).to_string(), STORY);
    let signals = signals(&origin, &fixture.classified, &events(), &engine()).unwrap();
    assert_eq!(header(&signals[0], "ce_id"), Some("a728f747338aab5b2a268a10fc071f94"));
    let records = mentions(&origin, &fixture.classified, &events(), &engine()).unwrap();
    assert_eq!(
        json(&records[0])["document"]["contentHash"],
        "b296ee52950fc866d2c5cc81cd18af8e723470a009bddfad4e44ad463d236fcf"
    );
}

#[test]
fn neither_coordinates_nor_rule_ids_nor_confidence_change_an_id() {
    let plain = Fixture::new();
    let mut renamed = Fixture::new();
    for mention in &mut renamed.classified.mentions {
        mention.rule = "renamed".into();
        mention.confidence = 0.5;
        mention.evidence.iter_mut().for_each(|evidence| evidence.rule = "renamed".into());
    }
    let coordinates = at();
    let (before, after) = (plain.origin(None, &[]), renamed.origin(Some(&coordinates), &[]));
    let before = mentions(&before, &plain.classified, &events(), &engine()).unwrap();
    let after = mentions(&after, &renamed.classified, &events(), &engine()).unwrap();
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(header(before, "ce_id"), header(after, "ce_id"));
        assert_ne!(json(before), json(after));
    }
}

#[test]
fn every_part_of_an_id_counts() {
    let base = Fixture::new();
    let id = |fixture: &Fixture| mention_id(&fixture.document, &fixture.classified.mentions[1]);
    let edits: [fn(&mut Fixture); 9] = [
        |f| f.document.id = "other".into(),
        |f| f.document.version = None,
        |f| f.classified.mentions[1].event = "sanction_imposed".into(),
        |f| f.classified.mentions[1].subtype = Some("easing".into()),
        |f| f.classified.mentions[1].authority.clear(),
        |f| f.classified.mentions[1].target.truncate(1),
        |f| f.classified.mentions[1].measure = None,
        |f| f.classified.mentions[1].date = None,
        |f| f.classified.mentions[1].evidence[0].end += 1,
    ];
    for (number, edit) in edits.iter().enumerate() {
        let mut edited = Fixture::new();
        edit(&mut edited);
        assert_ne!(id(&edited), id(&base), "edit {number}");
    }
}
