//! Fills the demo: people, organisations, licences, datasets with their files, offers, purchases — through the rooms.

use super::content::{self, Dataset, ORGANISATIONS, Organisation, PASSWORD, PEOPLE, SERVICES};
use super::{deals, gate, plans, policies};
use crate::app::App;
use crate::market::accounts::{self, Actor, Credential, MayChangeSelf, MayOperate, NewMember, Office};
use crate::market::conditions::Refused;
use crate::market::datasets::{self, Card, Level, MayBegin, MayChangeDataset, MayRecall, NewFile};
use crate::market::offers::{self, Approval, Audience, NewOffer, Payment, Plan, PlanKind, Scope};
use crate::market::parties::{self, MayInvite, MayManage, NewParty, PartyChange, PartyKind, Role, Roles};
use crate::market::signing::SigningKeys;
use crate::market::{grants, licences};
use crate::measure::{self, Counting, SAMPLE_BYTES};
use crate::store::{Read, StoreError, Write};
use crate::values::{
    BlobId, Email, FilePath, Lang, Line, Money, Prose, Secret, ServerKey, Sha256, Slug, Timestamp, hash_text,
};
use anyhow::{Context, anyhow};
use std::collections::BTreeMap;

/// Days before today on which the exchange opened.
const OPENED_DAYS: i64 = 130;

/// An error of the filling, which is a bug of the content.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Broken(String);
impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}
impl Broken {
    /// Says at what it broke.
    pub(super) fn at(what: &str, error: &dyn std::fmt::Debug) -> Self {
        Self(format!("{what}: {error:?}"))
    }
}

/// What every step of the filling needs.
pub(super) struct Ground {
    pub hash: String,
    pub key: ServerKey,
    /// The keys that sign manifests.
    pub signing: std::sync::Arc<SigningKeys>,
    /// What browsers type.
    pub public_url: String,
}

/// A stored file with its bytes, which standards are checked on.
pub(super) struct Stored {
    pub new: NewFile,
    pub bytes: bytes::Bytes,
}

impl Ground {
    /// Signs a person in at an instant, as the sign-in page does.
    pub(super) fn person(&self, tx: &mut Write, email: &str, now: Timestamp) -> Result<Actor, Broken> {
        let email = Email::parse(email).map_err(|e| Broken::at(email, &e))?;
        let (secret, _) = accounts::open_session(tx, &email, &self.hash, ("demo", "127.0.0.0/24"), None, now)
            .map_err(|e| Broken::at(email.as_str(), &e))?;
        let credential = Credential::Session(hash_text(secret.reveal()));
        let actor = accounts::whoami(tx, &credential, now)?.ok_or_else(|| Broken(format!("{email} is nobody")))?;
        Ok(actor)
    }
}

pub(super) fn line(text: &str) -> Result<Line, Broken> {
    Line::optional(text).map_err(|e| Broken::at(text, &e))
}
pub(super) fn prose(text: &str) -> Result<Prose, Broken> {
    Prose::optional(text).map_err(|e| Broken::at(text, &e))
}

/// Fills an empty exchange, and says whether it did; a filled one stays as it is.
pub(super) async fn fill(app: &App) -> anyhow::Result<bool> {
    let operator = PEOPLE.iter().find(|p| p.office == Some("operator")).context("the content has no operator")?;
    let email = Email::parse(operator.email).map_err(|e| anyhow!("{e}"))?;
    let now = app.site.clock.now();
    let there = app.site.db.read_now(|tx: &mut Read| -> Result<bool, StoreError> {
        Ok(accounts::known(tx, &email, now)?.password_hash.is_some())
    })?;
    if there {
        return Ok(false);
    }
    let hash = accounts::passwords::hash(&Secret::new(PASSWORD.to_owned())).map_err(anyhow::Error::msg)?;
    let ground = Ground {
        hash,
        key: app.site.server_key.clone(),
        signing: app.site.signing.clone(),
        public_url: app.config.public_url.clone(),
    };
    let files = store_files(app).await?;
    let hand = crate::web::purchases::hand(&app.site);
    // One transaction: the demo is filled, or it is not.
    let secrets = app.site.db.write_now(|tx| -> Result<String, Broken> {
        let opened = now.plus_days(-OPENED_DAYS);
        people(tx, &ground, opened)?;
        for (i, o) in (0..).zip(ORGANISATIONS) {
            organisation(tx, &ground, o, opened.plus_days(i))?;
        }
        let secrets = machines(tx, &ground, opened.plus_days(10))?;
        for (i, d) in (0..).zip(content::datasets()) {
            dataset(tx, &ground, d, &files, opened.plus_days(11 + i))?;
        }
        recalls(tx, &ground, opened.plus_days(40))?;
        deals::all(tx, &ground, &hand, &app.site.signing, now)?;
        plans::all(tx, &ground, &hand, now)?;
        gate::queues(tx, &ground, now)?;
        policies::all(tx, &ground, now)?;
        Ok(secrets)
    })?;
    std::fs::write(app.config.data_dir.join("service-accounts.txt"), secrets)?;
    Ok(true)
}

/// Generates and stores the bytes of every file.
async fn store_files(app: &App) -> anyhow::Result<BTreeMap<String, Stored>> {
    let mut files = BTreeMap::new();
    for d in content::datasets() {
        for v in d.versions {
            for f in v.files {
                let mut bytes = Vec::new();
                f.generator.write(&mut bytes)?;
                let blob = BlobId::fresh();
                let stream = futures_util::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from(bytes.clone()))]);
                let taken = app.site.blobs.take(blob.uuid(), stream, u64::MAX).await?;
                let mut counting = Counting::default();
                counting.push(&bytes);
                let head = bytes.get(..SAMPLE_BYTES).unwrap_or(&bytes);
                let sample = measure::sample(head, bytes.len() <= SAMPLE_BYTES);
                let new = NewFile {
                    path: FilePath::parse(f.path).map_err(|e| anyhow!("{}: {e}", f.path))?,
                    blob,
                    size_bytes: i64::try_from(taken.size)?,
                    sha256: Sha256::of(&taken.sha256),
                    chunks: taken.chunks.concat(),
                    media_type: measure::media_type(f.path).to_owned(),
                    rows: sample.as_ref().map(|_| counting.rows()),
                    columns: sample.as_ref().and_then(|s| i64::try_from(s.columns.len()).ok()),
                    sample: sample.and_then(|s| serde_json::to_string(&s).ok()),
                };
                let name = format!("{}/{}/{}/{}", d.owner, d.slug, v.label, f.path);
                files.insert(name, Stored { new, bytes: bytes.into() });
            }
        }
    }
    Ok(files)
}

fn people(tx: &mut Write, ground: &Ground, now: Timestamp) -> Result<(), Broken> {
    let house = Actor::house("demo");
    for p in PEOPLE {
        let new = NewMember {
            email: Email::parse(p.email).map_err(|e| Broken::at(p.email, &e))?,
            name: line(p.name)?,
            password_hash: ground.hash.clone(),
            lang: Lang::parse(p.language).unwrap_or(Lang::En),
        };
        let id = accounts::create_member(tx, &house, &new, now).map_err(|e| Broken::at(p.email, &e))?;
        if let Some(office) = p.office.and_then(Office::parse) {
            accounts::give_office(tx, &house, id, office, now).map_err(|e| Broken::at(p.email, &e))?;
        }
    }
    Ok(())
}

fn roles_of(words: &[&str]) -> Roles {
    Roles::of(words.iter().filter_map(|w| Role::parse(w)))
}

/// Founds an organisation, invites its people, sets its policy, and has the operator verify it.
fn organisation(tx: &mut Write, ground: &Ground, o: &Organisation, now: Timestamp) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(o.slug, e);
    let mut people = PEOPLE.iter().filter(|p| p.organisation == o.slug);
    let Some(first) = people.next() else { return Ok(()) };
    let owner = ground.person(tx, first.email, now)?;
    let new = NewParty {
        slug: Slug::parse(o.slug).map_err(|e| broke(&e))?,
        name_zh: line(o.name_zh)?,
        name_en: line(o.name_en)?,
        kind: PartyKind::parse(o.kind).unwrap_or(PartyKind::Company),
        country: o.country.to_owned(),
        registration: line(o.registration)?,
    };
    let may = MayChangeSelf::check(tx, &owner).map_err(|e| broke(&e))?;
    let id = parties::found(tx, may, &owner, &new, now).map_err(|e| broke(&e))?;
    let manage = |tx: &mut Write| MayManage::check(tx, &owner, id).map_err(|e| Broken::at(o.slug, &e));
    let change = PartyChange {
        name_zh: new.name_zh.clone(),
        name_en: new.name_en.clone(),
        country: new.country.clone(),
        registration: new.registration.clone(),
        payee: prose(o.payee)?,
        size_class: plans::size_of(o.slug),
    };
    let may = manage(tx)?;
    parties::change_particulars(tx, may, 1, &change, now).map_err(|e| broke(&e))?;
    if let Some(over) = o.approval_over_minor {
        let may = manage(tx)?;
        parties::change_policy(tx, may, 2, Some(Money::new(over, crate::values::Currency::CNY)), now)
            .map_err(|e| broke(&e))?;
    }
    if let Some(member) = owner.member() {
        let seen = parties::roles_of(tx, &owner, id)?;
        let wanted = roles_of(first.roles);
        let may = manage(tx)?;
        parties::change_roles(tx, may, member, &seen, &wanted, now).map_err(|e| broke(&e))?;
    }
    for p in people {
        join(tx, ground, &owner, id, p, now)?;
    }
    if let Some(method) = o.verification {
        let staff = PEOPLE.iter().find(|p| p.office == Some("operator")).map_or("", |p| p.email);
        let operator = ground.person(tx, staff, now)?;
        let may = MayOperate::check(tx, &operator).map_err(|e| broke(&e))?;
        parties::verify(tx, may, id, &line(method)?, now.plus_seconds(7200)).map_err(|e| broke(&e))?;
    }
    Ok(())
}

/// Invites a colleague, who accepts with the mailed link.
fn join(
    tx: &mut Write,
    ground: &Ground,
    owner: &Actor,
    party: crate::values::PartyId,
    p: &content::Person,
    now: Timestamp,
) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(p.email, e);
    let email = Email::parse(p.email).map_err(|e| broke(&e))?;
    let may = MayInvite::check(tx, owner, party).map_err(|e| broke(&e))?;
    parties::invite(tx, &ground.key, may, &email, roles_of(p.roles), Lang::Zh, now).map_err(|e| broke(&e))?;
    // The secret is that of the mail: derived from the link and its nonce, which the notice carries.
    let secret = invitation_secret(tx, ground, p.email)?;
    let actor = ground.person(tx, p.email, now)?;
    let may = MayChangeSelf::check(tx, &actor).map_err(|e| broke(&e))?;
    parties::accept(tx, may, &actor, &secret, now.plus_seconds(600)).map_err(|e| broke(&e))?;
    Ok(())
}

fn invitation_secret(tx: &mut Write, ground: &Ground, email: &str) -> Result<String, Broken> {
    let found =
        crate::market::notices::last_link(tx, email)?.ok_or_else(|| Broken(format!("no invitation for {email}")))?;
    Ok(accounts::link_secret(&ground.key, "invitation", &found.0, &found.1))
}

fn machines(tx: &mut Write, ground: &Ground, now: Timestamp) -> Result<String, Broken> {
    let mut out = String::new();
    for s in SERVICES {
        let broke = |e: &dyn std::fmt::Debug| Broken::at(s.name, e);
        let owner = PEOPLE.iter().find(|p| p.organisation == s.organisation).map_or("", |p| p.email);
        let actor = ground.person(tx, owner, now)?;
        let party = parties::find_by_slug(tx, s.organisation)?.ok_or_else(|| Broken(s.organisation.to_owned()))?;
        let may = MayManage::check(tx, &actor, party.id).map_err(|e| broke(&e))?;
        let (account, secret) = parties::make_service(tx, may, &actor, &line(s.name)?, parties::USUAL_SCOPES, now)
            .map_err(|e| broke(&e))?;
        out += &format!(
            "{} ({})\n  CLIENT_ID={}\n  CLIENT_SECRET={}\n",
            s.name,
            s.organisation,
            account.id,
            secret.reveal()
        );
    }
    Ok(out)
}

pub(super) fn publisher(d: &Dataset) -> &'static str {
    PEOPLE.iter().find(|p| p.organisation == d.owner && p.roles.contains(&"publisher")).map_or("", |p| p.email)
}

/// The texts of a dataset.
fn card(d: &Dataset) -> Result<Card, Broken> {
    Ok(Card {
        title_zh: line(d.title_zh)?,
        title_en: line(d.title_en)?,
        summary_zh: prose(d.summary_zh)?,
        summary_en: prose(d.summary_en)?,
        card_zh: prose(d.card_zh)?,
        card_en: prose(d.card_en)?,
        sector: d.sector.to_owned(),
        kind: d.kind.to_owned(),
        use_case: d.use_case.to_owned(),
        level: Level::parse(d.level).unwrap_or(Level::General),
        source_statement: prose(d.source_statement)?,
        contact: line(d.contact)?,
    })
}

/// Begins a dataset, uploads and publishes its versions, and makes its offers.
fn dataset(
    tx: &mut Write,
    ground: &Ground,
    d: &Dataset,
    files: &BTreeMap<String, Stored>,
    now: Timestamp,
) -> Result<(), Broken> {
    let broke = |e: &dyn std::fmt::Debug| Broken::at(d.slug, e);
    let actor = ground.person(tx, publisher(d), now)?;
    let party = parties::find_by_slug(tx, d.owner)?.ok_or_else(|| Broken(d.owner.to_owned()))?;
    let card = card(d)?;
    let slug = Slug::parse(d.slug).map_err(|e| broke(&e))?;
    let may = MayBegin::check(tx, &actor, party.id).map_err(|e| broke(&e))?;
    let id = datasets::begin(tx, may, &slug, &card, now).map_err(|e| broke(&e))?;
    gate::grade(tx, &actor, id, d, now.plus_seconds(600))?;
    let may = |tx: &mut Write| MayChangeDataset::check(tx, &actor, id).map_err(|e: Refused| Broken::at(d.slug, &e));
    let extras = super::extras::of(d)?;
    if let Some(extras) = &extras {
        let permit = may(tx)?;
        extras.card(tx, permit, now.plus_seconds(900))?;
    }
    for (i, v) in (0..).zip(d.versions) {
        let at = now.plus_seconds(3600 + i * 86_400 * 14);
        let permit = may(tx)?;
        let version =
            datasets::begin_version(tx, permit, &line(v.label)?, &prose(v.note)?, at).map_err(|e| broke(&e))?;
        for f in v.files {
            let new = files
                .get(&format!("{}/{}/{}/{}", d.owner, d.slug, v.label, f.path))
                .ok_or_else(|| Broken(f.path.to_owned()))?;
            let permit = may(tx)?;
            datasets::add_file(tx, permit, version, &new.new, at.plus_seconds(60)).map_err(|e| broke(&e))?;
        }
        if let Some(extras) = &extras {
            extras.draft(tx, (ground, &actor, id), (version, files), at.plus_seconds(120))?;
        }
        let last = d.versions.last().is_some_and(|l| l.label == v.label);
        // An unverified owner waits for the operator, and some last versions for their review.
        if party.verified_at.is_none() || (last && gate::waits(d)) {
            break;
        }
        if card.level == Level::General {
            let permit = may(tx)?;
            grants::publish_version(tx, permit, version, &ground.signing, at.plus_seconds(3600))
                .map_err(|e| broke(&e))?;
        } else {
            gate::clear(tx, ground, &actor, version, at.plus_seconds(3600))?;
        }
    }
    for o in d.offers {
        let new = offer(tx, o)?;
        let permit = may(tx)?;
        offers::make(tx, permit, &new, now.plus_seconds(7200)).map_err(|e| broke(&e))?;
    }
    Ok(())
}

fn offer(tx: &mut Write, o: &content::Offer) -> Result<NewOffer, Broken> {
    let licence = licences::list_public(tx)?
        .into_iter()
        .find(|l| l.code == o.licence)
        .ok_or_else(|| Broken(o.licence.to_owned()))?;
    let currency = o.currency.parse().map_err(|e| Broken::at(o.currency, &e))?;
    Ok(NewOffer {
        licence: licence.id,
        title: line(o.title)?,
        scope: Scope::parse(o.scope).unwrap_or(Scope::Version),
        price: Money::new(o.price_minor, currency),
        tax_basis_points: i64::from(o.tax_basis_points),
        approval: Approval::parse(o.approval).unwrap_or(Approval::Licensor),
        payment: Payment::parse(o.payment).unwrap_or(Payment::None),
        payment_days: i64::from(o.payment_days),
        term_days: o.term_days.map(i64::from),
        audience: Audience::Public,
        plan: Plan::plain(if o.price_minor == 0 { PlanKind::Free } else { PlanKind::OneOff }),
        named: Vec::new(),
    })
}

/// Recalls the versions that the content says were faulty.
fn recalls(tx: &mut Write, ground: &Ground, now: Timestamp) -> Result<(), Broken> {
    for d in content::datasets() {
        for v in d.versions.iter().filter(|v| v.recall.is_some()) {
            let broke = |e: &dyn std::fmt::Debug| Broken::at(d.slug, e);
            let actor = ground.person(tx, publisher(d), now)?;
            let party = parties::find_by_slug(tx, d.owner)?.ok_or_else(|| Broken(d.owner.to_owned()))?;
            let dataset = datasets::find_by_slug(tx, party.id, d.slug)?.ok_or_else(|| Broken(d.slug.to_owned()))?;
            let version = datasets::versions_of(tx, dataset.id, false)?
                .into_iter()
                .find(|x| x.label == v.label)
                .ok_or_else(|| Broken(v.label.to_owned()))?;
            let may = MayRecall::check(tx, &actor, version.id).map_err(|e| broke(&e))?;
            grants::recall_version(tx, may, &line(v.recall.unwrap_or_default())?, now).map_err(|e| broke(&e))?;
        }
    }
    Ok(())
}
