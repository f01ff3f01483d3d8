//! The frame of every page: header with navigation, footer with language and theme, notices, icons.

use super::assets;
use crate::http::visit::Look;
use crate::http::{Site, Theme, Visit};
use crate::market::accounts::Office;
use crate::urls;
use crate::values::{Lang, random_uuid};
use crate::words;
use askama::filters::Safe;

/// An entry of a navigation.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its address.
    pub href: String,
    /// Its words.
    pub text: String,
    /// Its icon, in the side navigation; in the header it stands in the place of the words where it is wide.
    pub icon: &'static str,
    /// How many things wait there.
    pub count: i64,
    /// Whether the reader is there.
    pub current: bool,
}

/// What every page knows beside its own matter.
#[derive(Debug, Clone)]
pub struct Frame {
    lang: Lang,
    theme: Theme,
    /// The page's title.
    pub title: String,
    /// The exchange's name.
    pub exchange: String,
    /// The header's navigation.
    pub nav: Vec<Entry>,
    /// The side navigation of working pages; empty elsewhere.
    pub side: Vec<Entry>,
    /// The heading of the side navigation.
    pub side_title: String,
    /// The words of what was just done.
    pub done: Option<String>,
    /// The search words.
    pub query: String,
    /// Path and query of this page.
    pub address: String,
    now: String,
    now_stamp: String,
    /// Whether somebody is signed in.
    pub signed_in: bool,
}

impl Frame {
    /// Makes the frame of a page with a title in the reader's language.
    #[must_use]
    pub fn of(visit: &Visit, title: impl Into<String>) -> Self {
        Self::bare(&visit.site, &visit.look, title)
    }
    /// Makes the frame of a page whose title is a key.
    #[must_use]
    pub fn titled(visit: &Visit, key: &str) -> Self {
        Self::of(visit, words::say(visit.lang(), key))
    }
    /// Makes a frame without a whole visit, as error pages need it.
    #[must_use]
    pub fn bare(site: &Site, look: &Look, title: impl Into<String>) -> Self {
        let lang = look.lang;
        let done =
            query_value(&look.address, "done").map(|key| format!("done-{key}")).filter(|key| words::has(lang, key));
        Self {
            lang,
            theme: look.theme,
            title: title.into(),
            exchange: site.facts.exchange.clone(),
            nav: navigation(look),
            side: Vec::new(),
            side_title: String::new(),
            done: done.map(|key| words::say(lang, &key)),
            query: String::new(),
            address: look.address.clone(),
            now: words::date_time(lang, look.now),
            now_stamp: look.now.rfc3339(),
            signed_in: look.actor.is_some(),
        }
    }
    /// Gives the page another title.
    #[must_use]
    pub fn called(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }
    /// Puts a side navigation beside the page; the entry whose address this page has is the current one.
    #[must_use]
    pub fn beside(mut self, title: impl Into<String>, entries: Vec<(String, &str, &'static str)>) -> Self {
        let path = self.address.split('?').next().unwrap_or_default().to_owned();
        let lang = self.lang;
        self.side_title = title.into();
        self.side = entries
            .into_iter()
            .map(|(href, key, icon)| Entry { current: href == path, text: words::say(lang, key), href, icon, count: 0 })
            .collect();
        self
    }
    /// The language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }
    /// The language's code for `lang=`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.lang.as_str()
    }
    /// Whether the page is in Chinese.
    #[must_use]
    pub fn zh(&self) -> bool {
        self.lang == Lang::Zh
    }
    /// The pinned theme, if any.
    #[must_use]
    pub fn pinned(&self) -> Option<&'static str> {
        (self.theme != Theme::Auto).then(|| self.theme.as_str())
    }
    /// Whether this is the chosen theme.
    #[must_use]
    pub fn theme_is(&self, name: &str) -> bool {
        self.theme.as_str() == name
    }
    /// The words of a key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        words::say(self.lang, key)
    }
    /// The words of a key with one value.
    #[must_use]
    pub fn tv(&self, key: &str, name: &str, value: &str) -> String {
        words::with(self.lang, key, &[(name, value)])
    }
    /// An icon that only decorates.
    #[must_use]
    pub fn icon(&self, name: &str) -> Safe<String> {
        Safe(format!(r#"<svg class="icon" aria-hidden="true"><use href="{}#{name}"/></svg>"#, assets::url("icons.svg")))
    }
    /// An icon that says something.
    #[must_use]
    pub fn sign(&self, name: &str, key: &str) -> Safe<String> {
        let label = words::say(self.lang, key);
        Safe(format!(
            r#"<svg class="icon" role="img" aria-label="{label}"><use href="{}#{name}"/></svg>"#,
            assets::url("icons.svg")
        ))
    }
    /// The address of an asset.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }
    /// A fresh once-only key for a form.
    #[must_use]
    pub fn once(&self) -> String {
        random_uuid().simple().to_string()
    }
    /// The exchange's time, in words and as a stamp.
    #[must_use]
    pub fn now(&self) -> &str {
        &self.now
    }
    /// The exchange's time as RFC 3339.
    #[must_use]
    pub fn now_stamp(&self) -> &str {
        &self.now_stamp
    }
    /// The program's version.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
    /// The address of this page in a language.
    #[must_use]
    pub fn in_language(&self, code: &str) -> String {
        let (path, query) = self.plain_address();
        let query = query.iter().fold(String::new(), |all, p| format!("{all}&{p}"));
        format!("{path}?lang={code}{query}")
    }
    /// Where the reader comes back to after choosing language or theme: this page, without a language that would go
    /// before the choice.
    #[must_use]
    pub fn plain_back(&self) -> String {
        let (path, query) = self.plain_address();
        let sign = if query.is_empty() { "" } else { "?" };
        format!("{path}{sign}{}", query.join("&"))
    }
    /// Path and query without a language, which would go before the choice, and without what was just done.
    fn plain_address(&self) -> (&str, Vec<&str>) {
        let (path, query) = self.address.split_once('?').unwrap_or((&self.address, ""));
        let kept = |p: &&str| !p.is_empty() && !p.starts_with("lang=") && !p.starts_with("done=");
        (path, query.split('&').filter(kept).collect())
    }
}

/// Reads one value of a query, as far as it is a plain word.
fn query_value<'q>(address: &'q str, name: &str) -> Option<&'q str> {
    let (_, query) = address.split_once('?')?;
    query.split('&').find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
}

fn navigation(look: &Look) -> Vec<Entry> {
    let path = look.address.split('?').next().unwrap_or_default();
    let entry = |href: &str, text: String| Entry {
        current: path == href || path.starts_with(&format!("{href}/")),
        href: href.to_owned(),
        text,
        icon: "",
        count: 0,
    };
    let say = |key: &str| words::say(look.lang, key);
    let mut nav = vec![entry(urls::CATALOGUE, say("nav-catalogue"))];
    let Some(actor) = &look.actor else {
        nav.push(entry("/sign-in", say("nav-sign-in")));
        return nav;
    };
    nav.push(entry(urls::PURCHASES, say("nav-requests")));
    let count = i64::try_from(look.waiting).unwrap_or(i64::MAX);
    nav.push(Entry { count, ..entry(urls::INBOX, say("nav-inbox")) });
    nav.push(entry(urls::GRANTS, say("nav-grants")));
    nav.push(entry(urls::SELL, say("nav-sell")));
    match actor.office() {
        Some(Office::Operator) => nav.push(entry(urls::OPERATOR, say("nav-operator"))),
        Some(Office::Moderator) => nav.push(entry(urls::MODERATION, say("nav-moderation"))),
        Some(Office::Compliance) => nav.push(entry(urls::COMPLIANCE, say("nav-compliance"))),
        Some(Office::SiteAuditor) => nav.push(entry(urls::OPERATOR, say("nav-audit"))),
        None => {}
    }
    nav.push(Entry { count: look.unread, icon: "bell", ..entry(urls::NOTICES, say("nav-notices")) });
    nav.push(entry(urls::ACCOUNT, actor.name().to_owned()));
    nav
}
