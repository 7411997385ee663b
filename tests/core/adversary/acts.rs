//! The families of acts: every way to impose, to lift and to free that has a verb with an object.

use super::compose::{Act, Event};

const IMPOSE: [&str; 5] = ["impose", "imposes", "imposed", "imposed", "imposing"];
const LIFT: [&str; 5] = ["lift", "lifts", "lifted", "lifted", "lifting"];
const FREE: [&str; 5] = ["free", "frees", "freed", "freed", "freeing"];
const RELEASE: [&str; 5] = ["release", "releases", "released", "released", "releasing"];
const EXTEND: [&str; 5] = ["extend", "extends", "extended", "extended", "extending"];
const FREEZE: [&str; 5] = ["freeze", "freezes", "froze", "frozen", "freezing"];
const ADD: [&str; 5] = ["add", "adds", "added", "added", "adding"];
const EASE: [&str; 5] = ["ease", "eases", "eased", "eased", "easing"];
const REMOVE: [&str; 5] = ["remove", "removes", "removed", "removed", "removing"];
const PARDON: [&str; 5] = ["pardon", "pardons", "pardoned", "pardoned", "pardoning"];
const HAND_OVER: [&str; 5] = ["hand over", "hands over", "handed over", "handed over", "handing over"];
const GRANT: [&str; 5] = ["grant", "grants", "granted", "granted", "granting"];

const fn act(
    family: &'static str,
    event: Event,
    verb: [&'static str; 5],
    object: &'static str,
    plural: bool,
    tail: &'static str,
    nominal: &'static str,
) -> Act {
    Act { family, event, verb, object, plural, tail, nominal }
}

use Event::{Imposed as I, Lifted as L, Released as R};

/// The acts that go through every frame.
#[rustfmt::skip]
pub const CORE: &[Act] = &[
    act("impose", I, IMPOSE, "sanctions on {T}", true, "", "the imposition of sanctions on {T}"),
    act("impose-new", I, IMPOSE, "new sanctions on {n} {D} officials", true, "", ""),
    act("sanction", I, ["sanction", "sanctions", "sanctioned", "sanctioned", "sanctioning"], "{n} {D} firms", true, "", ""),
    act("add-to-list", I, ADD, "{n} {D} companies", true, " to its sanctions list", ""),
    act("lift", L, LIFT, "sanctions on {T}", true, "", "the lifting of sanctions on {T}"),
    act("ease", L, EASE, "its sanctions against {T}", true, "", "the easing of sanctions against {T}"),
    act("remove-from-list", L, REMOVE, "{n} {D} officials", true, " from its sanctions list", ""),
    act("suspend", L, ["suspend", "suspends", "suspended", "suspended", "suspending"], "the arms embargo on {T}", false, "", "the suspension of the arms embargo on {T}"),
    act("free", R, FREE, "{n} political prisoners", true, "", "the freeing of {n} political prisoners"),
    act("release", R, RELEASE, "{n} {F} hostages", true, "", "the release of {n} {F} hostages"),
    act("pardon", R, PARDON, "{n} jailed activists", true, "", ""),
    act("free-named", R, FREE, "{P}", false, "", ""),
];

/// The other acts, which go through the basic frames.
#[rustfmt::skip]
pub const FURTHER: &[Act] = &[
    act("slap", I, ["slap", "slaps", "slapped", "slapped", "slapping"], "fresh sanctions on {T}", true, "", ""),
    act("announce", I, ["announce", "announces", "announced", "announced", "announcing"], "new sanctions against {T}", true, "", ""),
    act("adopt-package", I, ["adopt", "adopts", "adopted", "adopted", "adopting"], "a new package of sanctions against {T}", false, "", "the adoption of a new package of sanctions against {T}"),
    act("tighten", I, ["tighten", "tightens", "tightened", "tightened", "tightening"], "sanctions on {T}", true, "", "the tightening of sanctions on {T}"),
    act("widen", I, ["widen", "widens", "widened", "widened", "widening"], "its sanctions against {T}", true, "", ""),
    act("extend", I, EXTEND, "sanctions on {T}", true, " for six months", "the extension of sanctions on {T}"),
    act("renew", I, ["renew", "renews", "renewed", "renewed", "renewing"], "sanctions against {T}", true, " for another year", "the renewal of sanctions against {T}"),
    act("reimpose", I, ["reimpose", "reimposes", "reimposed", "reimposed", "reimposing"], "sanctions on {T}", true, "", "the reimposition of sanctions on {T}"),
    act("snapback", I, ["trigger", "triggers", "triggered", "triggered", "triggering"], "the snapback of sanctions on {T}", false, "", ""),
    act("arms-embargo", I, IMPOSE, "an arms embargo on {T}", false, "", ""),
    act("oil-embargo", I, IMPOSE, "a full oil embargo on {T}", false, "", ""),
    act("export-controls", I, IMPOSE, "new export controls on {T}", true, "", ""),
    act("export-ban", I, ["ban", "bans", "banned", "banned", "banning"], "exports of jet fuel to {T}", true, "", ""),
    act("import-ban", I, ["ban", "bans", "banned", "banned", "banning"], "imports of {D} gold", true, "", ""),
    act("asset-freeze", I, FREEZE, "the assets of {n} {D} generals", true, "", ""),
    act("asset-freeze-noun", I, IMPOSE, "an asset freeze on {n} {D} officials", false, "", ""),
    act("travel-ban", I, IMPOSE, "a travel ban on {n} {D} ministers", false, "", ""),
    act("visa-bans", I, IMPOSE, "visa restrictions on {n} {D} judges", true, "", ""),
    act("bar-entry", I, ["bar", "bars", "barred", "barred", "barring"], "{n} {D} officials", true, " from entering the country", ""),
    act("price-cap", I, IMPOSE, "a price cap on {D} oil", false, "", ""),
    act("designate", I, ["designate", "designates", "designated", "designated", "designating"], "{n} {D} banks", true, " under its sanctions programme", ""),
    act("blacklist", I, ["blacklist", "blacklists", "blacklisted", "blacklisted", "blacklisting"], "{n} {D} shipping companies", true, "", ""),
    act("entity-list", I, ADD, "{n} {D} chipmakers", true, " to the Entity List", ""),
    act("hit-with", I, ["hit", "hits", "hit", "hit", "hitting"], "{T}", false, " with new sanctions", ""),
    act("target-with", I, ["target", "targets", "targeted", "targeted", "targeting"], "{n} {D} judges", true, " with sanctions", ""),
    act("put-under", I, ["place", "places", "placed", "placed", "placing"], "{n} {D} banks", true, " under sanctions", ""),
    act("terror-list", I, ["put", "puts", "put", "put", "putting"], "{T}", false, " on its list of state sponsors of terrorism", ""),
    act("counter", I, IMPOSE, "counter-sanctions on {T}", true, "", ""),
    act("expand-list", I, ["expand", "expands", "expanded", "expanded", "expanding"], "its sanctions list", false, " to include {n} {D} banks", ""),
    act("end", L, ["end", "ends", "ended", "ended", "ending"], "its oil embargo against {T}", false, "", "the end of its oil embargo against {T}"),
    act("relax", L, ["relax", "relaxes", "relaxed", "relaxed", "relaxing"], "export controls on {T}", true, "", "the relaxation of export controls on {T}"),
    act("waive", L, ["waive", "waives", "waived", "waived", "waiving"], "sanctions on {D} oil", true, "", ""),
    act("scrap", L, ["scrap", "scraps", "scrapped", "scrapped", "scrapping"], "its sanctions against {T}", true, "", ""),
    act("terminate", L, ["terminate", "terminates", "terminated", "terminated", "terminating"], "its {T} sanctions programme", false, "", "the termination of its {T} sanctions programme"),
    act("revoke", L, ["revoke", "revokes", "revoked", "revoked", "revoking"], "the sanctions order against {T}", false, "", ""),
    act("roll-back", L, ["roll back", "rolls back", "rolled back", "rolled back", "rolling back"], "sanctions on {D} banks", true, "", ""),
    act("drop", L, ["drop", "drops", "dropped", "dropped", "dropping"], "sanctions against {n} {D} judges", true, "", ""),
    act("travel-ban-lift", L, LIFT, "the travel ban on {n} {D} generals", false, "", "the lifting of the travel ban on {n} {D} generals"),
    act("visa-lift", L, LIFT, "visa restrictions on {D} officials", true, "", ""),
    act("export-ban-lift", L, LIFT, "its ban on arms exports to {T}", false, "", ""),
    act("delist", L, ["delist", "delists", "delisted", "delisted", "delisting"], "{n} {D} companies", true, "", "the delisting of {n} {D} companies"),
    act("take-off", L, ["take", "takes", "took", "taken", "taking"], "{n} {D} banks", true, " off its sanctions list", ""),
    act("terror-list-remove", L, REMOVE, "{T}", false, " from its list of state sponsors of terrorism", "the removal of {T} from its list of state sponsors of terrorism"),
    act("rescind-sst", L, ["rescind", "rescinds", "rescinded", "rescinded", "rescinding"], "{T}'s designation as a state sponsor of terrorism", false, "", ""),
    act("unfreeze", L, ["unfreeze", "unfreezes", "unfroze", "unfrozen", "unfreezing"], "the assets of {n} {D} banks", true, "", "the unfreezing of {D} assets"),
    act("unblock", L, ["unblock", "unblocks", "unblocked", "unblocked", "unblocking"], "{D} assets", true, "", ""),
    act("release-frozen", L, RELEASE, "frozen {D} assets", true, "", ""),
    act("general-licence", L, ["issue", "issues", "issued", "issued", "issuing"], "a general license for transactions with {D} banks", false, "", ""),
    act("waiver", L, GRANT, "a sanctions waiver to {T}", false, "", ""),
    act("exemption", L, GRANT, "an exemption from sanctions to {D} airlines", false, "", ""),
    act("exempt", L, ["exempt", "exempts", "exempted", "exempted", "exempting"], "{D} fertiliser", false, " from sanctions", ""),
    act("let-lapse", L, ["let", "lets", "let", "let", "letting"], "its sanctions on {T}", true, " lapse", ""),
    act("allow-expire", L, ["allow", "allows", "allowed", "allowed", "allowing"], "sanctions against {T}", true, " to expire", ""),
    act("relief-announce", L, ["announce", "announces", "announced", "announced", "announcing"], "sanctions relief for {T}", false, "", ""),
    act("political-prisoners", R, RELEASE, "{n} political prisoners", true, "", "the release of {n} political prisoners"),
    act("detainees", R, RELEASE, "{n} detainees", true, "", "the release of {n} detainees"),
    act("pows", R, RELEASE, "{n} {F} prisoners of war", true, "", "the release of {n} {F} prisoners of war"),
    act("hostages", R, FREE, "{n} {F} hostages", true, "", "the freeing of {n} {F} hostages"),
    act("abductees", R, RELEASE, "{n} abducted schoolgirls", true, "", "the release of {n} abducted schoolgirls"),
    act("journalists", R, FREE, "{n} jailed journalists", true, "", ""),
    act("foreign-journalists", R, FREE, "{n} {F} journalists", true, "", ""),
    act("from-prison", R, RELEASE, "{n} opposition activists", true, " from prison", ""),
    act("from-custody", R, RELEASE, "{n} {F} fishermen", true, " from custody", ""),
    act("named-from-jail", R, RELEASE, "{P}", false, " from jail", ""),
    act("named-opposition", R, RELEASE, "opposition leader {P}", false, " from prison", ""),
    act("named-journalist", R, FREE, "{F} journalist {P}", false, "", ""),
    act("dissident-named", R, PARDON, "the dissident writer {P}", false, "", ""),
    act("liberate", R, ["liberate", "liberates", "liberated", "liberated", "liberating"], "{n} captives", true, "", ""),
    act("set-free", R, ["set free", "sets free", "set free", "set free", "setting free"], "{n} prisoners", true, "", ""),
    act("hand-over", R, HAND_OVER, "{n} {F} hostages", true, " to the Red Cross", ""),
    act("hand-over-pows", R, HAND_OVER, "{n} {F} prisoners", true, "", ""),
    act("amnesty-verb", R, ["amnesty", "amnesties", "amnestied", "amnestied", "amnestying"], "{n} political prisoners", true, "", ""),
    act("grant-amnesty", R, GRANT, "amnesty to {n} prisoners", false, "", ""),
    act("grant-pardon", R, GRANT, "a pardon to {n} political prisoners", false, "", ""),
    act("house-arrest", R, RELEASE, "opposition leader {P}", false, " from house arrest", ""),
    act("dual-national", R, RELEASE, "{n} dual nationals", true, " from prison", ""),
    act("deport-freed", R, ["release and deport", "releases and deports", "released and deported", "released and deported", "releasing and deporting"], "{n} {F} prisoners", true, "", ""),
    act("let-go", R, ["let go", "lets go", "let go", "let go", "letting go"], "{n} {F} captives", true, "", ""),
    act("return-abducted", R, ["return", "returns", "returned", "returned", "returning"], "{n} abducted children", true, " to their families", ""),
];
