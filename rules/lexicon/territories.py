#!/usr/bin/env python3
"""Write territories.tsv from an installed `rigour` package.

    python3 -m pip install rigour
    python3 territories.py > territories.tsv
    python3 territories.py --check        # check the actor files of this directory

What it takes from rigour:

* every territory with an ISO 3166-1 alpha-2 code, and Kosovo (XK);
* its name, its formal name and its name in a sentence -> class `state`;
* those of its other names that stand in STATE_NAMES or DEMONYMS below.

rigour's other names carry no language tag (about a hundred languages share one
list), so a name enters only when it is in one of these two reviewed lists. A
listed name that rigour no longer has is reported on stderr; nothing is invented
here. What rigour lacks belongs in overlay.tsv.

Plurals of people nouns are derived by rule (`Iraqi` -> `Iraqis`) and flagged
`plural`. Standard library and rigour only.
"""

import json
import re
import sys
import unicodedata
from importlib.metadata import version
from pathlib import Path

HEADER = "form\tclass\tvalue\tflags"
LEADER_HEADER = HEADER + "\tfrom\tto\trole"

# Two-letter codes of rigour that are no current ISO 3166-1 country codes.
NOT_ISO = set("ac an cp cq dd dg eu ic ip ta un zr zz".split())
# Nobody lives there: a state form, but no word for its people.
UNINHABITED = set("AQ BV GS HM TF UM".split())
# The state is the city, or has no capital in law: the state form serves.
CITY_STATES = set("SG MC SM VA NR LI".split())

# English names in use that rigour keeps among its other names.
STATE_NAMES = """
ae: UAE
cd: DRC; Democratic Republic of Congo; Congo-Kinshasa; Congo DR
cf: CAR
ci: Ivory Coast
cv: Cabo Verde; Republic of Cape Verde
cy: Republic of Cyprus
gb: Great Britain; UK
gr: Hellenic Republic
hk: Hong Kong
is: Republic of Iceland
it: Italian Republic
kp: DPRK; DPR Korea
lb: Lebanese Republic
lk: Ceylon
ly: Libyan Arab Jamahiriya
md: Moldavia; Moldovan Republic
mm: Burma
mo: Macao; Macau
mw: Republic of Malawi
ne: Republic of Niger; Republic of the Niger
nl: Holland
nr: Nauru; Republic of Nauru
nz: Aotearoa
ps: Palestinian Authority; Palestinian Territory; Palestinian territories
ss: Southern Sudan
sz: Swaziland; Kingdom of Swaziland
tc: Turks and Caicos
tl: East Timor
tr: Turkey; Republic of Turkey; Turkiye
tt: Trinidad; Tobago
tw: Republic of China
tz: Tanzania
us: America; USA
va: Vatican; Vatican City
vg: BVI
vn: Viet nam
"""

# English adjectives and people nouns that rigour keeps among its other names.
DEMONYMS = """
ad: Andorran
ae: Emirati
af: Afghan
al: Albanian
am: Armenian
ao: Angolan
ar: Argentinian
at: Austrian
au: Australian
az: Azerbaijani
ba: Bosnian; Herzegovinian
bb: Barbadian
bd: Bangladeshi
be: Belgian
bg: Bulgarian
bh: Bahraini
bi: Burundian
bj: Beninese
bo: Bolivian
br: Brazilian
bs: Bahamian
bw: Botswanan
by: Belarusian
bz: Belizean
ca: Canadian
cd: Congolese
cf: Central African
ci: Ivorian
cl: Chilean
cm: Cameroonian
cn: Chinese
co: Colombian
cr: Costa Rican
cu: Cuban
cv: Cabo Verdean
cy: Cypriot; Greek Cypriot
cz: Czech
de: German
dj: Djiboutian
dk: Danish
dm: Dominican
dz: Algerian
ec: Ecuadorean; Ecuadorian; Ecuadoran
ee: Estonian
eg: Egyptian
er: Eritrean
es: Spanish; Spaniard
et: Ethiopian
fi: Finnish
fj: Fijian
fk: Falkland Islander
fm: Micronesian
fo: Faroese
fr: French; Frenchwoman
ga: Gabonese
gb: British
gd: Grenadian
ge: Georgian
gh: Ghanaian
gi: Gibraltarian
gl: Greenlandic
gm: Gambian
gn: Guinean
gq: Equatorial Guinean
gr: Greek; Hellenic
gt: Guatemalan
gw: Guinea-Bissauan
gy: Guyanese
hn: Honduran
hr: Croatian
ht: Haitian
hu: Hungarian; Magyar
id: Indonesian
ie: Irish; Irishwoman
il: Israeli
in: Indian
iq: Iraqi
ir: Iranian; Persian
is: Icelandic
it: Italian
jm: Jamaican
jo: Jordanian
jp: Japanese
ke: Kenyan
kh: Cambodian
ki: I-Kiribati
km: Comorian
kn: Kittitian
kp: North Korean
kr: South Korean; Korean
kw: Kuwaiti
ky: Caymanian
kz: Kazakhstani
la: Laotian
lb: Lebanese
lc: Saint Lucian
li: Liechtensteiner
lk: Sri Lankan
lr: Liberian
lt: Lithuanian
lu: Luxembourger; Luxembourgish
lv: Latvian
ly: Libyan
ma: Moroccan
md: Moldovan; Moldavian
mh: Marshallese
mk: Macedonian
ml: Malian
mm: Burmese
mn: Mongolian
mo: Macanese
mr: Mauritanian
mt: Maltese
mv: Maldivian
mw: Malawian
mx: Mexican
my: Malaysian
mz: Mozambican
na: Namibian
ng: Nigerian
nf: Norfolk Islander
ni: Nicaraguan
nl: Dutch
no: Norwegian
np: Nepalese; Nepali
nu: Niuean
nz: New Zealander
om: Omani
pa: Panamanian
pe: Peruvian
pg: Papuan
ph: Filipino
pk: Pakistani
pl: Polish
pr: Puerto Rican
ps: Palestinian
pt: Portuguese
py: Paraguayan
qa: Qatari
re: Reunionese
ro: Romanian
rs: Serbian
ru: Russian
rw: Rwandan
sa: Saudi; Saudi Arabian
sd: Sudanese
se: Swedish
sg: Singaporean
si: Slovenian; Slovene
sk: Slovak; Slovakian
sl: Sierra Leonean
sm: Sammarinese
sn: Senegalese
so: Somali; Somalian
sr: Surinamese
ss: South Sudanese
st: Sao Tomean
sv: Salvadoran; Salvadorean
sy: Syrian
sz: Swazi
tg: Togolese
th: Thai
tj: Tajik; Tajikistani
tl: East Timorese; Timorese
tm: Turkmen
tn: Tunisian
to: Tongan
tr: Turkish
tt: Trinidadian
tw: Taiwanese
tz: Tanzanian
ua: Ukrainian
ug: Ugandan
us: American
uy: Uruguayan
uz: Uzbek; Uzbekistani
ve: Venezuelan
vg: British Virgin Islander
vi: Virgin Islander
vn: Vietnamese
vu: Vanuatuan
xk: Kosovan
ye: Yemeni; Yemenite
za: South African
zm: Zambian
zw: Zimbabwean; Rhodesian
"""

# Names of rigour that no news text uses for the state, or that overlay.tsv replaces.
SKIP = {"Naoero", "Republic of Naoero", "Hong Kong SAR", "Macao SAR"}

WEAK = set(
    "Georgia Jordan Chad Guinea Holland Jersey Tobago Ceylon CAR Dominican Congolese Korean Papuan Persian "
    "Magyar Hellenic Timorese Pitcairn Montserrat Moldavia Georgian".split()
) | {"Central African", "Saint Martin", "St Martin", "Republic of China"}
EXACT = set("UAE DRC CAR UK USA DPRK BVI".split())
HISTORIC = {"Ceylon", "Rhodesian", "Libyan Arab Jamahiriya", "Southern Sudan", "Kingdom of Swaziland"}


def fold(form):
    """The key under which two forms are one: case, diacritics, apostrophes, hyphens."""
    form = form.replace("\u2019", "'").replace("\u2018", "'").replace("\u02bb", "'")
    form = form.replace("-", " ").replace("\u2013", " ").replace(".", "")
    form = "".join(c for c in unicodedata.normalize("NFKD", form) if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", form).strip().casefold()


def tidy(name):
    """A rigour name as news writes it: no bracketed gloss, no article, no dots."""
    name = re.sub(r"\s*[\[(].*?[\])]", "", name)
    name = re.sub(r"^[Tt]he\s+", "", name)
    name = name.replace("U.S.", "US").replace("St.", "St").replace("\u02bb", "'")
    return re.sub(r"\s+", " ", name).strip(" ,")


def variants(name):
    yield name
    if " and " in name:
        yield name.replace(" and ", " & ")
    if name.startswith("Saint "):
        yield "St " + name[6:]
    if name.startswith(("People's ", "Lao ")) or "People's" in name:
        yield name.replace("'s", "s")


def plural(form):
    """The plural people noun, or None where English has none or an irregular one."""
    last = form.split(" ")[-1]
    if last.endswith("woman"):
        return form[:-5] + "women"
    if last in {"Czech", "Greek", "Croat", "Serb", "Slovak", "Uzbek", "Tajik", "Magyar", "Slovene", "Thai",
                "Spaniard", "Cypriot", "Yemenite", "Filipino", "Swazi", "Liechtensteiner", "Luxembourger",
                "Zealander", "Islander"}:
        return form + "s"
    if last == "I-Kiribati" or last in {"Hellenic"}:
        return None
    if last.endswith(("an", "i")) or last == "Turkmen":
        return form + "s"
    return None


def reviewed(table):
    out = {}
    for line in table.strip().splitlines():
        code, names = line.split(":", 1)
        out[code.strip()] = [n.strip() for n in names.split(";")]
    return out


def rows():
    from rigour._core import territories_jsonl

    known = {}
    for line in territories_jsonl().splitlines():
        if line.strip():
            data = json.loads(line)
            known[data["code"]] = data
    state_names, demonyms = reviewed(STATE_NAMES), reviewed(DEMONYMS)
    seen = set()

    def emit(form, kind, value, *extra):
        key = (fold(form), kind, value)
        if key in seen or form in SKIP:
            return
        seen.add(key)
        flags = [f for f in extra if f]
        base = form[:-1] if "plural" in flags and form.endswith("s") else form
        for name, group in (("exact", EXACT), ("weak", WEAK), ("historic", HISTORIC)):
            if form in group or base in group:
                flags.append(name)
        yield form, kind, value, ",".join(flags)

    for code in sorted(known):
        if len(code) != 2 or code in NOT_ISO:
            continue
        data, value = known[code], code.upper()
        others = {fold(n): n for n in data.get("names_strong", []) + data.get("names_weak", [])}
        for field in ("name", "full_name", "in_sentence"):
            if data.get(field):
                for form in variants(tidy(data[field])):
                    yield from emit(form, "state", value)
        for kind, table in (("state", state_names), ("demonym", demonyms)):
            for form in table.get(code, []):
                own = {fold(tidy(str(data.get(f, "")))) for f in ("name", "full_name", "in_sentence")}
                if fold(form) not in others and fold(form) not in own:
                    print(f"not in rigour: {code} {form}", file=sys.stderr)
                    continue
                for one in variants(form) if kind == "state" else [form]:
                    yield from emit(one, kind, value)
                if kind == "demonym" and plural(form):
                    yield from emit(plural(form), kind, value, "plural")


def generate():
    print(HEADER)
    print(f"# Generated by territories.py from rigour {version('rigour')} (MIT, see LICENSE.rigour). Do not edit:")
    print("# put corrections and additions in overlay.tsv.")
    for row in rows():
        print("\t".join(row))


FILES = "territories overlay bodies armed-groups blocked-bodies leaders".split()
CLASSES = set("""state demonym people capital metonym region bloc body agency armed-group sports-body
private-body leader not-actor""".split())
FLAGS = set("exact weak historic not-authority plural".split())
DATE = re.compile(r"(\d{4}(-\d\d-\d\d)?)?$")


def read(path):
    with open(path, encoding="utf-8", newline="") as handle:
        lines = [line.rstrip("\n") for line in handle]
    header = lines[0]
    for number, line in enumerate(lines[1:], 2):
        if line and not line.startswith("#"):
            yield number, header, line.split("\t")


def check(directory):
    problems, seen, have = [], {}, {}
    paths = [directory / f"{name}.tsv" for name in FILES if (directory / f"{name}.tsv").exists()]
    for path in paths:
        leaders = path.name == "leaders.tsv"
        for number, header, row in read(path):
            where = f"{path.name}:{number}"
            if header != (LEADER_HEADER if leaders else HEADER):
                problems.append(f"{path.name}: bad header")
            if len(row) != (7 if leaders else 4):
                problems.append(f"{where}: {len(row)} columns")
                continue
            form, kind, value, flags = row[:4]
            if form != form.strip() or not form or not value:
                problems.append(f"{where}: empty or untrimmed cell")
            if kind not in CLASSES:
                problems.append(f"{where}: class {kind!r}")
            bad = set(filter(None, flags.split(","))) - FLAGS
            if bad:
                problems.append(f"{where}: flags {sorted(bad)}")
            if "\u2019" in form or "." in form or "(" in form or form.lower().startswith("the "):
                problems.append(f"{where}: form {form!r} is not in natural folded form")
            if kind in {"state", "demonym", "capital", "metonym", "region", "leader"} and not re.fullmatch(
                "[A-Z]{2}", value
            ):
                problems.append(f"{where}: value {value!r} is no code")
            if leaders:
                if not (DATE.match(row[4]) and DATE.match(row[5])):
                    problems.append(f"{where}: date {row[4]!r} {row[5]!r}")
                if row[4] and row[5] and row[4] > row[5] and row[4][:4] != row[5][:4]:
                    problems.append(f"{where}: from after to")
            key = (form if "exact" in flags else fold(form), kind, value) + ((row[4],) if leaders else ())
            if key in seen:
                problems.append(f"{where}: {form!r} is already in {seen[key]}")
            seen[key] = where
            have.setdefault(kind, set()).add(value)
            have.setdefault(path.name, {}).setdefault(kind, []).append(form)
    states = have["state"]
    for code in sorted(states - have["demonym"] - UNINHABITED):
        problems.append(f"no demonym for {code}")
    try:
        with open("/usr/share/zoneinfo/iso3166.tab", encoding="utf-8") as handle:
            iso = {line[:2] for line in handle if not line.startswith("#")}
    except OSError:
        iso = set()
    for code in sorted(iso - states):
        problems.append(f"no state form for {code}")
    for code in UN_MEMBERS.split():
        if code not in have["capital"] | CITY_STATES:
            problems.append(f"no capital for {code}")
        if code not in states:
            problems.append(f"no state form for UN member {code}")
    for path in paths:
        counts = {kind: len(forms) for kind, forms in sorted(have.get(path.name, {}).items())}
        print(path.name, sum(counts.values()), counts)
    for problem in problems:
        print("PROBLEM", problem)
    return 1 if problems else 0


UN_MEMBERS = """AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI CV KH CM CA CF TD
CL CN CO KM CG CD CR CI HR CU CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE DE GH GR GD GT GN GW GY HT
HN HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MG MW MY MV ML MT MH MR MU MX
FM MD MC MN ME MA MZ MM NA NR NP NL NZ NI NE NG MK NO OM PK PW PA PG PY PE PH PL PT QA RO RU RW KN LC VC WS SM ST SA
SN RS SC SL SG SK SI SB SO ZA SS ES LK SD SR SE CH SY TJ TZ TH TL TG TO TT TN TR TM TV UG UA AE GB US UY UZ VU VE VN
YE ZM ZW"""

if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check(Path(__file__).resolve().parent))
    generate()
