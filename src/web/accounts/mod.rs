//! Pages of accounts: sign-up to sign-out, mailed links, the own account, its sessions and keys.

pub(in crate::web) mod acts;
pub mod api;
pub mod forms;
mod keys;
pub(in crate::web) mod own;

use super::layout::Frame;
use super::sheet::{Block, Fields, FormView, Sheet};
use crate::http::problem::{Fault, Problem};
use crate::http::{Answer, Form, Path, Query, Visit, answer, see_other};
use crate::market::accounts::{self, Attempt, MayChangeSelf, NewMember, Purpose, SignInError, SignUpError};
use crate::market::parties::{self, InviteError};
use crate::routes;
use crate::urls;
use crate::values::{Email, hash_text};
use crate::words;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use forms::{Address, LinkForm, Nothing, SignIn, SignUp, fault};
use serde::Deserialize;

routes! {
    get "/sign-in" Anybody => sign_in_page,
    post "/sign-in" Anybody => sign_in,
    post "/sign-out" SignedIn => sign_out,
    get "/sign-up" Anybody => sign_up_page,
    post "/sign-up" Anybody => sign_up,
    get "/sign-up/sent" Anybody => sent,
    get "/reset" Anybody => reset_page,
    post "/reset" Anybody => reset,
    get "/links/{purpose}/{secret}" Anybody => link_page,
    post "/links/{purpose}/{secret}" Anybody => use_link,
    get "/account" SignedIn => own::page,
    post "/account/profile" SignedIn => own::profile,
    post "/account/password" SignedIn => own::password,
    post "/account/email" SignedIn => own::email,
    get "/account/sessions" SignedIn => own::sessions,
    post "/account/sessions/others" SignedIn => own::end_others,
    post "/account/sessions/{session}" SignedIn => own::end_session,
    get "/account/keys" SignedIn => keys::keys,
    post "/account/keys" SignedIn => keys::make_key,
    post "/account/keys/{key}/revocation" SignedIn => keys::revoke_key,
    get "/account/journal" SignedIn => own::journal,
}

/// The page with a form beside the drawing.
#[derive(Template)]
#[template(path = "pages/gate.html")]
struct Gate {
    f: Frame,
    lead: String,
    form: FormView,
    links: Vec<(String, String)>,
    faults: Vec<(String, String)>,
}

impl Gate {
    fn answer(self) -> Answer {
        let status = if self.faults.is_empty() {
            actix_web::http::StatusCode::OK
        } else {
            actix_web::http::StatusCode::UNPROCESSABLE_ENTITY
        };
        answer::html_as(status, &self)
    }
    fn new(visit: &Visit, key: &str, form: FormView, faults: &[Fault]) -> Self {
        let lang = visit.lang();
        let faults =
            faults.iter().map(|f| (f.field.clone(), words::with(lang, f.message, &[("value", &f.value)]))).collect();
        Self {
            f: Frame::titled(visit, key),
            lead: words::say(lang, &format!("{key}-lead")),
            form,
            links: Vec::new(),
            faults,
        }
    }
    fn link(mut self, key: &str, href: impl Into<String>) -> Self {
        self.links.push((self.f.t(key), href.into()));
        self
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NextQuery {
    next: String,
}

fn sign_in_gate(visit: &Visit, typed: &SignIn, faults: &[Fault]) -> Gate {
    let fields = Fields::new(visit.lang(), faults)
        .known("email", "email", &typed.email, "username")
        .known("password", "password", "", "current-password")
        .field("next", "hidden", &typed.next)
        .done();
    let form = FormView {
        action: "/sign-in".to_owned(),
        fields,
        button: words::say(visit.lang(), "sign-in"),
        class: "primary",
        ..FormView::default()
    };
    let next = if typed.next.is_empty() { String::new() } else { format!("?next={}", urls::encode(&typed.next)) };
    Gate::new(visit, "sign-in", form, faults)
        .link("forgotten-password", urls::RESET)
        .link("open-account", format!("{}{next}", urls::SIGN_UP))
}

async fn sign_in_page(visit: Visit, Query(query): Query<NextQuery>) -> Answer {
    if visit.look.actor.is_some() {
        return Ok(see_other(urls::safe_next(&query.next).unwrap_or_else(|| urls::INBOX.to_owned())));
    }
    let mut typed = SignIn::default();
    typed.next = query.next;
    sign_in_gate(&visit, &typed, &[]).answer()
}

/// Refuses a network whose attempts are too many.
async fn network_may(visit: &Visit) -> Result<(), Problem> {
    let (network, most, now) = (visit.network(), visit.site.facts.hourly_attempts, visit.now());
    let wait = visit
        .site
        .db
        .read(move |tx| Ok::<_, Problem>(accounts::attempts_allowed(tx, Attempt::Network(&network, most), now)?))
        .await?;
    if wait > 0 { Err(Problem::too_often(wait)) } else { Ok(()) }
}

/// Counts an attempt of the network.
async fn network_did(visit: &Visit) -> Result<(), Problem> {
    let (network, most, now) = (visit.network(), visit.site.facts.hourly_attempts, visit.now());
    visit
        .site
        .db
        .write(move |tx| Ok::<_, Problem>(accounts::count_attempt(tx, Attempt::Network(&network, most), now)?))
        .await
}

async fn sign_in(visit: Visit, request: HttpRequest, form: Form<SignIn>) -> Answer {
    network_may(&visit).await?;
    let typed = form.typed;
    let now = visit.now();
    let no_match = || sign_in_gate(&visit, &typed, &[fault("password", "fault-no-match")]).answer();
    // An address that cannot be one does the same work as one that is.
    let email = Email::parse(&typed.email).ok();
    let known = match email.clone() {
        Some(email) => visit.site.db.read(move |tx| Ok::<_, Problem>(accounts::known(tx, &email, now)?)).await?,
        None => accounts::Known::default(),
    };
    if known.wait_seconds > 0 {
        return Err(Problem::too_often(known.wait_seconds));
    }
    let good = visit.site.hashing.verify(typed.password(), known.password_hash.clone()).await?;
    let (Some(email), Some(hash)) = (email, known.password_hash.filter(|_| good)) else {
        network_did(&visit).await?;
        if let Ok(email) = Email::parse(&typed.email) {
            visit.site.db.write(move |tx| Ok::<_, Problem>(accounts::sign_in_failed(tx, &email, now)?)).await?;
        }
        return no_match();
    };
    let name = Visit::cookie_name(visit.site.facts.https);
    let older = crate::http::visit::cookie(request.headers(), name).map(hash_text);
    let (device, network) = (visit.device.clone(), visit.network());
    let opened = visit
        .site
        .db
        .write(move |tx| accounts::open_session(tx, &email, &hash, (&device, &network), older.as_ref(), now))
        .await;
    let secret = match opened {
        Ok((secret, _)) => secret,
        Err(SignInError::NoMatch) => return no_match(),
        Err(SignInError::Store(error)) => return Err(error.into()),
    };
    let mut response = see_other(urls::safe_next(&typed.next).unwrap_or_else(|| urls::INBOX.to_owned()));
    let cookie = Cookie::build(name, secret.reveal().clone())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(visit.site.facts.https)
        .finish();
    response.add_cookie(&cookie).map_err(|e| Problem::broken(&e))?;
    Ok(response)
}

async fn sign_out(visit: Visit, _form: Form<Nothing>) -> Answer {
    visit.as_person()?.write(move |tx, actor, now| Ok(accounts::sign_out(tx, actor, now)?)).await?;
    let mut response = see_other(format!("{}?done=signed-out", urls::CATALOGUE));
    let mut cookie = Cookie::build(Visit::cookie_name(visit.site.facts.https), "")
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(visit.site.facts.https)
        .finish();
    cookie.make_removal();
    response.add_cookie(&cookie).map_err(|e| Problem::broken(&e))?;
    response.headers_mut().insert(
        actix_web::http::header::HeaderName::from_static("clear-site-data"),
        actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

fn sign_up_gate(visit: &Visit, typed: &SignUp, faults: &[Fault]) -> Gate {
    let fields = Fields::new(visit.lang(), faults)
        .known("name", "text", &typed.name, "name")
        .known("email", "email", &typed.email, "email")
        .keyed("password", "new_password", "password", "", "new-password")
        .done();
    let form = FormView {
        action: urls::SIGN_UP.to_owned(),
        fields,
        button: words::say(visit.lang(), "open-account"),
        class: "primary",
        ..FormView::default()
    };
    Gate::new(visit, "sign-up", form, faults).link("sign-in", "/sign-in")
}

async fn sign_up_page(visit: Visit) -> Answer {
    sign_up_gate(&visit, &SignUp::default(), &[]).answer()
}

async fn sign_up(visit: Visit, form: Form<SignUp>) -> Answer {
    network_may(&visit).await?;
    let (email, name, password) = match form.typed.parse() {
        Ok(values) => values,
        Err(faults) => return sign_up_gate(&visit, &form.typed, &faults).answer(),
    };
    network_did(&visit).await?;
    let password_hash = visit.site.hashing.hash(password).await?;
    let (key, now) = (visit.site.server_key.clone(), visit.now());
    let new = NewMember { email, name, password_hash, lang: visit.lang() };
    visit.site.db.write(move |tx| Ok::<_, Problem>(accounts::sign_up(tx, &key, &new, now)?)).await?;
    visit.site.mail_bell.notify_one();
    Ok(see_other("/sign-up/sent".to_owned()))
}

async fn sent(visit: Visit) -> Answer {
    let sheet = Sheet::new(Frame::titled(&visit, "mail-sent")).lead(words::say(visit.lang(), "mail-sent-lead"));
    sheet.put(Block::Links(vec![(words::say(visit.lang(), "sign-in"), "/sign-in".to_owned(), "")])).answer()
}

fn reset_gate(visit: &Visit, typed: &Address, faults: &[Fault]) -> Gate {
    let fields = Fields::new(visit.lang(), faults).known("email", "email", &typed.email, "username").done();
    let form = FormView {
        action: urls::RESET.to_owned(),
        fields,
        button: words::say(visit.lang(), "send-link"),
        class: "primary",
        ..FormView::default()
    };
    Gate::new(visit, "reset", form, faults).link("sign-in", "/sign-in")
}

async fn reset_page(visit: Visit) -> Answer {
    reset_gate(&visit, &Address::default(), &[]).answer()
}

async fn reset(visit: Visit, form: Form<Address>) -> Answer {
    network_may(&visit).await?;
    let email = match form.typed.parse() {
        Ok(email) => email,
        Err(faults) => return reset_gate(&visit, &form.typed, &faults).answer(),
    };
    network_did(&visit).await?;
    let (key, now) = (visit.site.server_key.clone(), visit.now());
    visit.site.db.write(move |tx| Ok::<_, Problem>(accounts::reset_asked(tx, &key, &email, now)?)).await?;
    visit.site.mail_bell.notify_one();
    Ok(see_other("/sign-up/sent".to_owned()))
}

fn purpose_of(text: &str) -> Result<Purpose, Problem> {
    Purpose::parse(&text.replace('-', "_")).ok_or_else(Problem::not_found)
}

/// The page of a mailed link: it shows what the link will do, and only its button does it.
async fn link_page(visit: Visit, Path((purpose, secret)): Path<(String, String)>) -> Answer {
    let purpose = purpose_of(&purpose)?;
    link_gate(&visit, purpose, secret, &[]).await?.answer()
}

async fn link_gate(visit: &Visit, purpose: Purpose, secret: String, faults: &[Fault]) -> Result<Gate, Problem> {
    let (now, lang) = (visit.now(), visit.lang());
    let looked = secret.clone();
    let (link, party) = visit
        .site
        .db
        .read(move |tx| {
            let link = accounts::link_view(tx, &looked, now)?.filter(|l| l.purpose == purpose);
            let party = if purpose == Purpose::Invitation { parties::invited_to(tx, &looked, now).ok() } else { None };
            Ok::<_, Problem>((link, party))
        })
        .await?;
    let link = link.ok_or_else(|| Problem::new(actix_web::http::StatusCode::GONE, "dead-link"))?;
    let action = urls::mailed_link(purpose.as_str(), &secret);
    let fields = match purpose {
        Purpose::Reset => {
            Fields::new(lang, faults).keyed("password", "new_password", "password", "", "new-password").done()
        }
        Purpose::Confirm | Purpose::NewEmail | Purpose::Invitation => Vec::new(),
    };
    let key = format!("link-{}", purpose.as_str().replace('_', "-"));
    let button = words::say(lang, &format!("{key}-button"));
    let mut gate = Gate::new(
        visit,
        &key,
        FormView { action: action.clone(), fields, button, class: "primary", ..FormView::default() },
        faults,
    );
    let name = party.as_ref().map(|(p, _)| p.name(lang).to_owned()).unwrap_or_default();
    gate.lead = words::with(lang, &format!("{key}-lead"), &[("email", &link.email), ("organisation", &name)]);
    if purpose == Purpose::Invitation && visit.look.actor.is_none() {
        // Accepting needs an account of the invited address.
        gate.form.action = urls::sign_in(&action);
        gate = gate.link("sign-in", urls::sign_in(&action)).link("open-account", urls::SIGN_UP);
    }
    Ok(gate)
}

async fn use_link(visit: Visit, Path((purpose, secret)): Path<(String, String)>, form: Form<LinkForm>) -> Answer {
    let purpose = purpose_of(&purpose)?;
    let now = visit.now();
    let dead = |e: SignUpError| match e {
        SignUpError::DeadLink => Problem::new(actix_web::http::StatusCode::GONE, "dead-link"),
        SignUpError::Taken => Problem::conflict("taken"),
        SignUpError::Store(error) => error.into(),
    };
    let on = match purpose {
        Purpose::Confirm => {
            visit.site.db.write(move |tx| accounts::confirm(tx, &secret, now).map_err(dead)).await?;
            "/sign-in?done=confirmed".to_owned()
        }
        Purpose::NewEmail => {
            visit.site.db.write(move |tx| accounts::confirm_new_email(tx, &secret, now).map_err(dead)).await?;
            "/sign-in?done=email-changed".to_owned()
        }
        Purpose::Reset => {
            let looked = secret.clone();
            let link = visit.site.db.read(move |tx| Ok::<_, Problem>(accounts::link_view(tx, &looked, now)?)).await?;
            let email = link.map(|l| l.email).unwrap_or_default();
            let password = match form.typed.new_password(&email) {
                Ok(password) => password,
                Err(faults) => return link_gate(&visit, purpose, secret, &faults).await?.answer(),
            };
            let hash = visit.site.hashing.hash(password).await?;
            visit.site.db.write(move |tx| accounts::reset_password(tx, &secret, &hash, now).map_err(dead)).await?;
            "/sign-in?done=password-changed".to_owned()
        }
        Purpose::Invitation => {
            let actor = visit.person()?.clone();
            let slug = visit
                .site
                .db
                .write(move |tx| {
                    let may = MayChangeSelf::check(tx, &actor)?;
                    let id = parties::accept(tx, may, &actor, &secret, now)
                        .map_err(|e: InviteError| super::parties::refusals::invite_problem(e))?;
                    Ok::<_, Problem>(parties::get(tx, id)?.slug)
                })
                .await?;
            format!("{}?done=joined", urls::organisation(&slug))
        }
    };
    visit.site.mail_bell.notify_one();
    Ok(see_other(on))
}

/// Shows a page that holds a secret once: never stored, never shown again.
pub(in crate::web) fn secret_page(sheet: Sheet) -> Answer {
    let mut response: HttpResponse = sheet.answer()?;
    response
        .headers_mut()
        .insert(actix_web::http::header::CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("no-store"));
    Ok(response)
}
pub(in crate::web) use keys::key_mark;
