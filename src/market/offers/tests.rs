//! From an empty database to a listing and back, on SQLite, and on PostgreSQL when `TEST_DATABASE_URL` names one.

use super::*;
use crate::market::accounts::{self, Credential, MayChangeSelf, MayOperate, NewMember, Office};
use crate::market::conditions::all_met;
use crate::market::datasets::{
    self, Answers, Card, DatasetError, FileError, Level, MayBegin, MayRecall, NewFile, State, VersionError,
    VersionState,
};
use crate::market::licences;
use crate::market::parties::{self, NewParty, PartyKind};
use crate::market::rules;
use crate::market::signing::SigningKeys;
use crate::store::{Db, Write};
use crate::values::{BlobId, Currency, Email, FilePath, Lang, PartyId, Prose, Sha256, Slug, Timestamp, VersionId};

const NOW: Timestamp = Timestamp(1_790_000_000_000);

#[expect(clippy::disallowed_methods, reason = "the runner of the tests tells in the environment what there is")]
fn databases() -> Vec<(Db, Option<std::path::PathBuf>)> {
    let file = std::env::temp_dir().join(format!("bourse-{}.sqlite", OfferId::fresh()));
    let mut all = vec![(Db::open(&format!("sqlite://{}", file.display()), 2).unwrap(), Some(file))];
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        all.push((Db::open(&url, 4).unwrap(), None));
    }
    all
}

fn line(text: &str) -> Line {
    Line::parse(text).unwrap()
}

fn prose(text: &str) -> Prose {
    Prose::optional(text).unwrap()
}

/// A person with an organisation, on names that no other run has used.
fn seller(tx: &mut Write, name: &str) -> (Actor, PartyId) {
    let unique = OfferId::fresh().to_string().replace('-', "");
    let email = Email::parse(&format!("{name}-{unique}@example.cn")).unwrap();
    let new = NewMember { email: email.clone(), name: line(name), password_hash: "x".to_owned(), lang: Lang::En };
    let house = Actor::house("test");
    let member = accounts::create_member(tx, &house, &new, NOW).unwrap();
    accounts::give_office(tx, &house, member, Office::Operator, NOW).unwrap();
    let (secret, _) = accounts::open_session(tx, &email, "x", ("", ""), None, NOW).unwrap();
    let hash = crate::values::hash_text(secret.reveal());
    let actor = accounts::whoami(tx, &Credential::Session(hash), NOW).unwrap().unwrap();
    let may = MayChangeSelf::check(tx, &actor).unwrap();
    let slug = Slug::parse(&format!("{name}-{unique}")).unwrap();
    let party = NewParty {
        slug,
        name_zh: line("澜江轴承"),
        name_en: line("Lanjiang"),
        kind: PartyKind::Company,
        country: "CN".to_owned(),
        registration: line("1"),
    };
    let id = parties::found(tx, may, &actor, &party, NOW).unwrap();
    (actor, id)
}

fn card(title: &str, level: Level) -> Card {
    Card {
        title_zh: Line::optional("").unwrap(),
        title_en: line(title),
        summary_zh: prose(""),
        summary_en: prose("Vibration of 100% of the rigs_4"),
        card_zh: prose(""),
        card_en: prose(""),
        sector: "C".to_owned(),
        kind: "time_series".to_owned(),
        use_case: "predictive_maintenance".to_owned(),
        level,
        source_statement: prose("own rigs"),
        contact: line("data desk"),
    }
}

fn file(path: &str) -> NewFile {
    NewFile {
        path: FilePath::parse(path).unwrap(),
        blob: BlobId::fresh(),
        size_bytes: 3,
        sha256: Sha256::of(&[7; 32]),
        chunks: vec![1; 32],
        media_type: "text/csv".to_owned(),
        rows: Some(2),
        columns: Some(1),
        sample: None,
    }
}

fn change(tx: &mut Write, actor: &Actor, id: DatasetId) -> MayChangeDataset {
    MayChangeDataset::check(tx, actor, id).unwrap()
}

fn offer(licence: LicenceId, minor: i64) -> NewOffer {
    NewOffer {
        licence,
        title: line("Commercial"),
        scope: Scope::Version,
        price: Money::new(minor, Currency::CNY),
        tax_basis_points: 600,
        approval: Approval::Licensor,
        payment: if minor == 0 { Payment::None } else { Payment::Prepaid },
        payment_days: 30,
        term_days: Some(365),
        audience: Audience::Public,
        plan: Plan::plain(if minor == 0 { PlanKind::Free } else { PlanKind::OneOff }),
        named: Vec::new(),
    }
}

fn listed(tx: &mut Read, words: &str, seller: &str) -> usize {
    let query = CatalogueQuery {
        words: words.to_owned(),
        seller: Some(seller.to_owned()),
        size: 10,
        ..CatalogueQuery::default()
    };
    let (page, count) = catalogue(tx, &query).unwrap();
    assert_eq!(i64::try_from(page.items.len()).unwrap(), count);
    page.items.len()
}

fn keys() -> SigningKeys {
    let folder = std::env::temp_dir().join(format!("bourse-keys-{}", crate::values::random_uuid()));
    let keys = SigningKeys::open(&folder).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    keys
}

/// Begins a dataset with one draft version and one file.
fn begun(tx: &mut Write, actor: &Actor, party: PartyId, slug: &str) -> (DatasetId, VersionId) {
    let may = MayBegin::check(tx, actor, party).unwrap();
    let id =
        datasets::begin(tx, may, &Slug::parse(slug).unwrap(), &card("Bearing vibration", Level::General), NOW).unwrap();
    let rules::Edition { number: edition, book, .. } = rules::current(tx).unwrap();
    let answers = book.asked("production").map(|q| (q.code.clone(), q.answers[0].code.clone())).collect();
    let (class, reason, filing) = ("production".to_owned(), prose("one rig"), Line::optional("").unwrap());
    let may = change(tx, actor, id);
    let level = datasets::grade(tx, may, &Answers { edition, class, answers, reason, filing }, NOW).unwrap();
    assert_eq!(level, Level::General);
    let may = change(tx, actor, id);
    let version = datasets::begin_version(tx, may, &line("1.0"), &prose(""), NOW).unwrap();
    let may = change(tx, actor, id);
    datasets::add_file(tx, may, version, &file("rig 4/a.csv"), NOW).unwrap();
    (id, version)
}

fn life(tx: &mut Write) -> Result<(), StoreError> {
    rules::plant(tx, NOW)?;
    licences::plant(tx, NOW)?;
    assert_eq!(licences::plant(tx, NOW)?, 0);
    let free = licences::list_public(tx)?.into_iter().find(|l| l.code == "CC-BY-4.0").unwrap();
    assert_eq!(
        free.sha256,
        licences::digest(
            &free.code,
            &free.label,
            (&free.title_zh, &free.title_en),
            (&free.text_zh, &free.text_en),
            &free.terms
        )
    );

    let (actor, party) = seller(tx, "seller");
    let (stranger, _) = seller(tx, "stranger");
    let (id, version) = begun(tx, &actor, party, "bearing");
    assert!(MayChangeDataset::check(tx, &stranger, id).is_err());
    let dataset = datasets::get(tx, id)?;
    assert!(
        datasets::visible(tx, Some(&stranger), &dataset).is_err() && datasets::visible(tx, None, &dataset).is_err()
    );
    let may = change(tx, &actor, id);
    assert!(matches!(datasets::add_file(tx, may, version, &file("RIG 4/A.csv"), NOW), Err(FileError::Taken)));

    let may = change(tx, &actor, id);
    assert!(
        matches!(datasets::publish(tx, may, version, &keys(), NOW), Err(VersionError::Refused(Refused::Unmet(list))) if !all_met(&list))
    );
    let may = MayOperate::check(tx, &actor).unwrap();
    parties::verify(tx, may, party, &line("registry"), NOW).unwrap();
    // Whoever holds a permit from before a change does not publish past it.
    let (early, may) = (change(tx, &actor, id), change(tx, &actor, id));
    let lifted = card("Bearing vibration", Level::Important);
    let (held, revision) = (change(tx, &actor, id), dataset.revision);
    assert!(matches!(datasets::change(tx, held, revision, &lifted, NOW), Err(DatasetError::Level)));
    datasets::change(tx, may, revision, &card("Bearings", Level::General), NOW).unwrap();
    assert!(matches!(
        datasets::publish(tx, early, version, &keys(), NOW),
        Err(VersionError::Refused(Refused::Overtaken))
    ));
    Ok(())
}

fn trade(tx: &mut Write) -> Result<(), StoreError> {
    rules::plant(tx, NOW)?;
    licences::plant(tx, NOW)?;
    let licence = licences::list_public(tx)?[0].id;
    let (actor, party) = seller(tx, "seller");
    let slug = parties::get(tx, party)?.slug;
    let (id, version) = begun(tx, &actor, party, "bearing");
    let may = MayOperate::check(tx, &actor).unwrap();
    parties::verify(tx, may, party, &line("registry"), NOW).unwrap();
    let may = change(tx, &actor, id);
    let published = datasets::publish(tx, may, version, &keys(), NOW).unwrap();
    assert_eq!((published.state, published.files_count, published.rows_count), (VersionState::Published, 1, Some(2)));
    assert_eq!(published.manifest_sha256, published.manifest.as_deref().map(crate::values::hash_text));
    let may = change(tx, &actor, id);
    assert!(matches!(datasets::add_file(tx, may, version, &file("b.csv"), NOW), Err(FileError::Final)));
    assert_eq!(listed(tx, "", &slug), 0, "nothing is listed without an offer");

    for bad in [
        NewOffer { term_days: Some(0), ..offer(licence, 5) },
        NewOffer { tax_basis_points: 10_001, ..offer(licence, 5) },
        NewOffer { payment: Payment::None, ..offer(licence, 5) },
    ] {
        let may = change(tx, &actor, id);
        assert!(matches!(make(tx, may, &bad, NOW), Err(OfferError::Price)));
    }
    let may = change(tx, &actor, id);
    let made = make(tx, may, &offer(licence, 4_800_000), NOW).unwrap();
    assert_eq!(find(tx, made)?.unwrap().gross(), Ok(Money::new(5_088_000, Currency::CNY)));
    for (words, count) in [
        ("", 1),
        ("VIBRATION bearing", 1),
        ("澜江", 1),
        ("100%", 1),
        ("rigs_4", 1),
        ("rigs%4", 0),
        ("vibration boat", 0),
    ] {
        assert_eq!(listed(tx, words, &slug), count, "{words}");
    }
    let dataset = datasets::get(tx, id)?;
    let may = change(tx, &actor, id);
    assert!(matches!(
        datasets::change(tx, may, dataset.revision - 1, &card("x", Level::General), NOW),
        Err(DatasetError::Overtaken)
    ));
    let may = change(tx, &actor, id);
    datasets::withdraw(tx, may, NOW).unwrap();
    assert_eq!(listed(tx, "", &slug), 0);
    let may = change(tx, &actor, id);
    datasets::relist(tx, may, NOW).unwrap();
    assert_eq!((listed(tx, "", &slug), datasets::get(tx, id)?.state), (1, State::Listed));

    let may = MayRecall::check(tx, &actor, version).unwrap();
    datasets::recall(tx, &may, &line("wrong rig"), NOW).unwrap();
    assert_eq!(listed(tx, "", &slug), 0, "a recalled version is not offered");
    let (may, again) = (change(tx, &actor, id), change(tx, &actor, id));
    close(tx, may, made, NOW).unwrap();
    assert!(matches!(close(tx, again, made, NOW), Err(OfferError::NotOpen)));
    assert!(open_of(tx, id)?.is_empty());
    Ok(())
}

/// On PostgreSQL the tests here share one database, and each plants the same licences: one after the other.
static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn on_each(test: fn(&mut Write) -> Result<(), StoreError>) {
    let _turn = ONE_AT_A_TIME.lock().unwrap();
    for (db, file) in databases() {
        db.write_now(test).unwrap();
        if let Some(file) = file {
            drop(db);
            drop(std::fs::remove_file(file));
        }
    }
}

#[test]
fn a_draft_goes_out_only_when_all_is_met() {
    on_each(life);
}

#[test]
fn a_listing_appears_and_goes() {
    on_each(trade);
}
