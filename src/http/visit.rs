//! One visit: who asks, in which language, from where, when. Every handler takes it first.

use super::problem::Problem;
use super::site::Site;
use crate::market::accounts::{self, Actor, Credential};
use crate::market::purchases;
use crate::store::Read;
use crate::values::{Lang, Opaque, Timestamp, hash_text};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use std::net::IpAddr;
use std::pin::Pin;

/// The colour theme: the system's, or pinned by the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}
impl Theme {
    /// Reads the cookie's value.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
    /// Gives the cookie's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How the reader wants the answer: enough to render any page, also an error page.
#[derive(Debug, Clone)]
pub struct Look {
    /// The language.
    pub lang: Lang,
    /// The theme.
    pub theme: Theme,
    /// The request's id, shown on error pages and in the log.
    pub request_id: String,
    /// Path and query as asked for.
    pub address: String,
    /// Whether a program asks: the answer to a problem is then a problem document.
    pub machine: bool,
    /// When the request came.
    pub now: Timestamp,
    /// Who asks, once that is known.
    pub actor: Option<Actor>,
    /// How many decisions wait for the reader of a page.
    pub waiting: usize,
    /// How many notices the reader of a page has not read.
    pub unread: i64,
}

/// One visit. Cheap to copy.
#[derive(Clone)]
pub struct Visit {
    /// The shared parts.
    pub site: Site,
    /// How the reader wants the answer.
    pub look: Look,
    /// The client's address, from the socket or a trusted proxy.
    pub address: IpAddr,
    /// What the client calls itself, cut to 200 characters.
    pub device: String,
    /// Whether a credential was sent that is not good.
    refused: bool,
}

impl Visit {
    /// When the request came.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.look.now
    }
    /// The reader's language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.look.lang
    }
    /// Who asks: a person or a machine.
    ///
    /// # Errors
    /// 401 when nobody is signed in or the credential is not good.
    pub fn actor(&self) -> Result<&Actor, Problem> {
        self.look
            .actor
            .as_ref()
            .ok_or_else(|| if self.refused { Problem::bad_credential() } else { Problem::not_signed_in() })
    }
    /// Who asks, which must be a person.
    ///
    /// # Errors
    /// 401 when nobody is signed in, 403 for a machine.
    pub fn person(&self) -> Result<&Actor, Problem> {
        let actor = self.actor()?;
        if actor.member().is_some() { Ok(actor) } else { Err(Problem::forbidden("persons-only")) }
    }
    /// Refuses everybody but the operator's staff; to others the address does not exist.
    ///
    /// # Errors
    /// 401 when nobody is signed in, 404 for others.
    pub fn operator(&self) -> Result<(), Problem> {
        if self.person()?.office().is_some() { Ok(()) } else { Err(Problem::not_found()) }
    }
    /// The network whose attempts are counted together: /24 of IPv4, /56 of IPv6.
    #[must_use]
    pub fn network(&self) -> String {
        match self.address {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{:x}::/56", d & 0xff00)
            }
        }
    }
    /// The session cookie's name: `__Host-` only where the browser keeps it, on https.
    #[must_use]
    pub const fn cookie_name(https: bool) -> &'static str {
        if https { "__Host-bourse" } else { "bourse" }
    }
}

/// Reads a cookie from the raw header.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(n, _)| *n == name).map(|(_, v)| v))
}

/// The address of the client: the socket's, or what a trusted proxy in front of us says.
fn client_address(request: &HttpRequest, site: &Site) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([127, 0, 0, 1]), |a| a.ip());
    if !site.facts.trusted_proxies.contains(&peer) {
        return peer;
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|v| v.to_str().ok());
    forwarded.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok()).unwrap_or(peer)
}

/// Finds the credential of a request: a bearer token, Basic with a secret, else the session cookie.
fn credential(headers: &HeaderMap, https: bool) -> Option<Credential> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let value = value.to_str().unwrap_or_default();
        let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
        let bearer = |token: &str| {
            Opaque::parse(token, Opaque::KEY).map_or_else(|| Credential::Signed(token.to_owned()), Credential::Key)
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(bearer(rest.trim()));
        }
        if scheme.eq_ignore_ascii_case("basic") {
            let raw = data_encoding::BASE64.decode(rest.trim().as_bytes()).ok().and_then(|b| String::from_utf8(b).ok());
            let password = raw.as_deref().and_then(|t| t.split_once(':')).map_or("", |(_, p)| p);
            return Some(bearer(password));
        }
        return Some(Credential::Signed(String::new()));
    }
    cookie(headers, Visit::cookie_name(https)).map(|secret| Credential::Session(hash_text(secret)))
}

/// The look of a request before anybody is known, made once by the door.
#[must_use]
pub fn look_of(headers: &HeaderMap, path: &str, query: &str, now: Timestamp, request_id: String) -> Look {
    let chosen = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Lang::parse);
    let kept = cookie(headers, "lang").and_then(Lang::parse);
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).and_then(Lang::accepted);
    let accepts = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let wants_json = accepts.contains("json") && !accepts.contains("text/html");
    let bearer = headers.contains_key(header::AUTHORIZATION);
    Look {
        lang: chosen.or(kept).or_else(accepted).unwrap_or(Lang::En),
        theme: cookie(headers, "theme").map_or(Theme::Auto, Theme::parse),
        request_id,
        address: if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") },
        machine: wants_json
            || bearer
            || ["/api/", "/oauth/", "/.well-known/", crate::urls::TUS].iter().any(|stem| path.starts_with(stem)),
        now,
        actor: None,
        waiting: 0,
        unread: 0,
    }
}

impl FromRequest for Visit {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if let Some(visit) = request.extensions().get::<Self>() {
            let visit = visit.clone();
            return Box::pin(async move { Ok(visit) });
        }
        let request = request.clone();
        Box::pin(async move {
            let site =
                request.app_data::<web::Data<Site>>().ok_or_else(|| Problem::broken(&"no site"))?.get_ref().clone();
            let look = request.extensions().get::<Look>().cloned();
            let mut look = look.ok_or_else(|| Problem::broken(&"no door"))?;
            let sent = credential(request.headers(), site.facts.https);
            let mut refused = false;
            if let Some(sent) = sent {
                let now = look.now;
                let from_cookie = matches!(sent, Credential::Session(_));
                let sent = verified(&site, sent, now);
                // The number in the navigation: for pages only, in the same snapshot.
                let page = from_cookie && !look.machine && request.method() == Method::GET;
                let (actor, waiting, unread) = match sent {
                    Some(sent) => site.db.read(move |tx| known(tx, &sent, page, now)).await?,
                    None => (None, 0, 0),
                };
                look.waiting = waiting;
                look.unread = unread;
                refused = actor.is_none() && !from_cookie;
                if let Some(actor) = &actor {
                    // Touching costs a write, so it happens at most once in some minutes.
                    if let Some(touch) = actor.stale(now) {
                        site.db.write(move |tx| Ok::<_, Problem>(accounts::touch(tx, &touch, now)?)).await?;
                    }
                    let explicit =
                        request.query_string().contains("lang=") || cookie(request.headers(), "lang").is_some();
                    if !explicit && let Some(lang) = actor.lang() {
                        look.lang = lang;
                    }
                }
                look.actor = actor;
            }
            let device = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("?");
            let visit = Self {
                address: client_address(&request, &site),
                site,
                device: device.chars().take(200).collect(),
                refused,
                look,
            };
            request.extensions_mut().insert(visit.look.clone());
            request.extensions_mut().insert(visit.clone());
            Ok(visit)
        })
    }
}

/// Finds who sent a credential, and, for a page, how many decisions and unread notices wait for them.
fn known(tx: &mut Read, sent: &Credential, page: bool, now: Timestamp) -> Result<(Option<Actor>, usize, i64), Problem> {
    let actor = accounts::whoami(tx, sent, now)?;
    let (waiting, unread) = match &actor {
        Some(actor) if page => (purchases::waiting_for(tx, actor, now)?.len(), accounts::unread_notices(tx, actor)?),
        _ => (0, 0),
    };
    Ok((actor, waiting, unread))
}

/// Checks the signature of a signed access token; what a table must answer is answered later.
fn verified(site: &Site, sent: Credential, now: Timestamp) -> Option<Credential> {
    match sent {
        Credential::Signed(text) => {
            let claims = site.signing.verify_access(&text, &site.facts.public_url, now).ok()?;
            Some(Credential::Access(claims))
        }
        Credential::Session(_) | Credential::Key(_) | Credential::Access(_) => Some(sent),
    }
}
