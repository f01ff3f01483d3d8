//! The own API keys: listed, made, shown once, revoked.

use super::acts;
use super::forms::{EXCHANGE, NewKey, Nothing};
use super::own::frame;
use super::secret_page;
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Visit, see_other};
use crate::market::parties::{self, ApiKey, Party, Roles};
use crate::urls;
use crate::values::{ApiKeyId, Lang};
use crate::web::sheet::{Block, Button, Cell, Fields, FormView, Mark, Sheet, Table};
use crate::words;

/// The state of a key or service account as a mark.
pub(in crate::web) fn key_mark(lang: Lang, revoked: bool, lapsed: bool) -> Mark {
    let (class, icon, key) = if revoked {
        ("bad", "ban", "state-revoked")
    } else if lapsed {
        ("plain", "clock", "state-lapsed")
    } else {
        ("ok", "check", "state-active")
    };
    Mark { class, icon, text: words::say(lang, key) }
}

fn keys_table(visit: &Visit, keys: &[ApiKey], own: &[(Party, Roles)]) -> Table {
    let (lang, now) = (visit.lang(), visit.now());
    let say = |key: &str| words::say(lang, key);
    let row = |k: &ApiKey| {
        let lapsed = k.expires_at <= now;
        let action = format!("{}/keys/{}/revocation", urls::ACCOUNT, k.id);
        let revoke = Button { action, text: say("revoke"), class: "danger", hidden: Vec::new() };
        let party = own.iter().find(|(p, _)| Some(p.id) == k.party_id);
        vec![
            Cell::text(k.name.clone()).with_small(k.hint.clone()),
            Cell::text(party.map_or_else(|| say("the-exchange"), |(p, _)| p.name(lang).to_owned())),
            Cell::mark(key_mark(lang, k.revoked_at.is_some(), lapsed)),
            Cell::time(lang, k.expires_at),
            Cell::time_or(lang, k.used_at, "never"),
            if lapsed || k.revoked_at.is_some() { Cell::text("–") } else { Cell::buttons(vec![revoke]) },
        ]
    };
    let heads = ["head-name", "head-acts-for", "head-state", "head-ends", "head-last-used", "head-action"];
    Table {
        label: say("account-keys"),
        heads: heads.map(|k| (say(k), false)).to_vec(),
        rows: keys.iter().map(row).collect(),
        empty: (say("keys-empty"), say("keys-empty-text"), None),
        next: None,
    }
}

fn keys_sheet(visit: &Visit, keys: &[ApiKey], own: &[(Party, Roles)], typed: &NewKey, faults: &[Fault]) -> Sheet {
    let lang = visit.lang();
    let say = |key: &str| words::say(lang, key);
    let mut choices: Vec<_> =
        own.iter().map(|(p, _)| (p.slug.clone(), p.name(lang).to_owned(), String::new())).collect();
    if visit.look.actor.as_ref().is_some_and(|a| a.office().is_some()) {
        choices.push((EXCHANGE.to_owned(), say("the-exchange"), String::new()));
    }
    let days = if typed.days.is_empty() { "30" } else { &typed.days };
    let fields = Fields::new(lang, faults)
        .keyed("name", "key_name", "text", &typed.name, "")
        .keyed("organisation", "acts_for", "select", &typed.organisation, "")
        .choices(choices.clone())
        .field("days", "text", days)
        .half()
        .done();
    let form = FormView {
        heading: say("make-key"),
        action: format!("{}/keys", urls::ACCOUNT),
        fields,
        button: say("make-key"),
        class: "primary",
        ..FormView::default()
    };
    Sheet::new(frame(visit, "account-keys"))
        .lead(say("account-keys-lead"))
        .faulty(faults)
        .put(Block::Table(keys_table(visit, keys, own)))
        .put_if((!choices.is_empty()).then_some(Block::Form(form)))
}

async fn keys_of(visit: &Visit) -> Result<(Vec<ApiKey>, Vec<(Party, Roles)>), Problem> {
    visit.as_person()?.read(move |tx, actor, _| Ok((parties::keys_of(tx, actor)?, parties::own(tx, actor)?))).await
}

pub(super) async fn keys(visit: Visit) -> Answer {
    let (keys, own) = keys_of(&visit).await?;
    keys_sheet(&visit, &keys, &own, &NewKey::default(), &[]).answer()
}

pub(super) async fn make_key(visit: Visit, form: Form<NewKey>) -> Answer {
    let secret = match acts::make_key(&visit, &form.typed).await.map_err(Problem::into_faults) {
        Ok(secret) => secret,
        Err(faults) => {
            let faults = faults?;
            let (keys, own) = keys_of(&visit).await?;
            return keys_sheet(&visit, &keys, &own, &form.typed, &faults).answer();
        }
    };
    let lang = visit.lang();
    let sheet = Sheet::new(frame(&visit, "key-made"))
        .put(Block::Notice("warn", "warn", words::say(lang, "shown-once")))
        .put(Block::Snippet(words::say(lang, "the-secret"), secret.reveal().to_owned()))
        .put(Block::Snippet(
            "curl".to_owned(),
            format!("curl -H \"Authorization: Bearer $BOURSE_KEY\" {}", visit.site.absolute("/api/v1/grants")),
        ))
        .put(Block::Links(vec![(words::say(lang, "i-stored-it"), format!("{}/keys", urls::ACCOUNT), "primary")]));
    secret_page(sheet)
}

pub(super) async fn revoke_key(visit: Visit, Path(id): Path<ApiKeyId>, _form: Form<Nothing>) -> Answer {
    acts::revoke_key(&visit, id).await?;
    Ok(see_other(format!("{}/keys?done=revoked", urls::ACCOUNT)))
}
