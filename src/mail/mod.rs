//! A notice becomes a message, and a message leaves: over SMTP, or as a file when no server is configured.
//! lettre lives here only.

mod headers;

use crate::http::site::Facts;
use crate::market::accounts::{link_secret, unsubscribe_secret};
use crate::market::notices::{Filed, Kind, Topic};
use crate::urls;
use crate::values::ServerKey;
use crate::words;
use askama::Template;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a mail says, for both of its forms.
struct Body {
    lang: &'static str,
    greeting: String,
    text: String,
    /// What a daily summary lists: words and address.
    items: Vec<(String, String)>,
    button: String,
    link: String,
    fine: Vec<String>,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Text<'a> {
    m: &'a Body,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Html<'a> {
    m: &'a Body,
    subject: &'a str,
}

/// How a certificate in PEM form begins.
const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// The words of a kind with the facts of a notice, on one line each.
fn say(notice: &Filed, part: &str, exchange: &str) -> String {
    words::notice(notice.receiver.lang, notice, part, exchange)
}

/// What stands in small letters: who sent it, why, and where that can be changed.
fn fine_print(notice: &Filed, facts: &Facts) -> Vec<String> {
    let lang = notice.receiver.lang;
    let foot = words::with(lang, "mail-foot", &[("exchange", &facts.exchange), ("email", &notice.receiver.email)]);
    let mut lines = vec![foot, words::why(lang, &notice.receiver.why)];
    if notice.receiver.member.is_some() {
        let link = format!("{}{}", facts.public_url, urls::NOTICE_SETTINGS);
        let key = if notice.kind.topic().locked() { "mail-locked" } else { "mail-settings" };
        lines.push(words::with(lang, key, &[("link", &link)]));
    }
    lines
}

/// The address that ends mails like this one; none for those that nobody can turn off.
fn unsubscribe(notice: &Filed, facts: &Facts, key: &ServerKey) -> Option<String> {
    let member = notice.receiver.member?;
    let topic = if notice.kind == Kind::Digest { None } else { Some(notice.kind.topic()) };
    if topic.is_some_and(Topic::locked) {
        return None;
    }
    let path = urls::unsubscription(&unsubscribe_secret(key, member, topic));
    Some(format!("{}{path}", facts.public_url))
}

/// Makes the message of a notice in its receiver's language; `items` is what a daily summary lists. Its `Message-ID`
/// is the same however often it is made.
///
/// # Errors
/// A text when an address cannot stand in a message.
pub fn render(notice: &Filed, items: &[Filed], facts: &Facts, from: &str, key: &ServerKey) -> Result<Message, String> {
    let lang = notice.receiver.lang;
    let subject = say(notice, "subject", &facts.exchange);
    let fact = |name: &str| notice.facts.get(name).map(String::as_str);
    let path = match (notice.kind.mailed_link(), fact("link"), fact("nonce")) {
        (Some(purpose), Some(link), Some(nonce)) => urls::mailed_link(purpose, &link_secret(key, purpose, link, nonce)),
        _ => fact("path").unwrap_or("/").to_owned(),
    };
    let greeting = fact("name")
        .map_or_else(|| words::say(lang, "mail-greeting"), |n| words::with(lang, "mail-greeting-name", &[("name", n)]));
    let listed = |n: &Filed| {
        let path = n.facts.get("path").map_or(urls::NOTICES, String::as_str);
        (say(n, "subject", &facts.exchange), format!("{}{path}", facts.public_url))
    };
    let body = Body {
        lang: lang.as_str(),
        greeting,
        text: say(notice, "text", &facts.exchange),
        items: items.iter().map(listed).collect(),
        button: words::say(lang, if notice.kind == Kind::Digest { "mail-digest-button" } else { "mail-button" }),
        link: format!("{}{path}", facts.public_url),
        fine: fine_print(notice, facts),
    };
    let plain = Text { m: &body }.render().map_err(|e| e.to_string())?;
    let html = Html { m: &body, subject: &subject }.render().map_err(|e| e.to_string())?;
    let host = url::Url::parse(&facts.public_url)
        .ok()
        .and_then(|u| u.host_str().map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned());
    let to: Mailbox = notice.receiver.email.parse().map_err(|e| format!("receiver: {e}"))?;
    let from: Mailbox = from.parse().map_err(|e| format!("sender: {e}"))?;
    let mut message = Message::builder()
        .from(from)
        .to(to)
        .subject(subject)
        .message_id(Some(format!("<{}@{host}>", notice.id)))
        .header(headers::AutoSubmitted);
    if let Some(link) = unsubscribe(notice, facts, key) {
        message = message.header(headers::ListUnsubscribe(link)).header(headers::ListUnsubscribePost);
    }
    message.multipart(MultiPart::alternative_plain_html(plain, html)).map_err(|e| e.to_string())
}

/// How mails leave.
pub enum Post {
    /// Over SMTP.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// As `.eml` files.
    Folder(PathBuf),
}

impl Post {
    /// Opens the way to a mail server; `authorities` is a file with certificates that are believed besides the
    /// well-known ones.
    ///
    /// # Errors
    /// A text that names the setting and says what is wrong with it.
    pub fn smtp(url: &str, authorities: Option<&Path>) -> Result<Self, String> {
        let wrong = || "setting smtp_url: write smtp://USER:PASSWORD@HOST:PORT or smtps://…".to_owned();
        let url = encrypted(url).ok_or_else(wrong)?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str()).map_err(|_| wrong())?;
        if let Some(file) = authorities {
            let host = url.host_str().ok_or_else(wrong)?.to_owned();
            let trust =
                trusting(host, file).map_err(|why| format!("setting smtp_ca_file: {}: {why}", file.display()))?;
            builder = match (url.scheme(), tls_of(&url).as_deref()) {
                ("smtps", _) => builder.tls(Tls::Wrapper(trust)),
                (_, Some("required")) => builder.tls(Tls::Required(trust)),
                (_, Some(_)) => builder.tls(Tls::Opportunistic(trust)),
                (_, None) => builder,
            };
        }
        Ok(Self::Smtp(Box::new(builder.timeout(Some(Duration::from_secs(20))).build())))
    }

    /// Sends a message.
    ///
    /// # Errors
    /// What the server or the disk said.
    pub async fn send(&self, notice: &Filed, message: Message) -> Result<(), String> {
        match self {
            Self::Smtp(transport) => transport.send(message).await.map(|_| ()).map_err(|e| e.to_string()),
            Self::Folder(folder) => {
                let name = format!("{:015}-{}.eml", notice.created_at.0, notice.id);
                let (folder, bytes) = (folder.clone(), message.formatted());
                tokio::task::spawn_blocking(move || write_file(&folder, &name, &bytes))
                    .await
                    .map_err(|e| e.to_string())?
                    .map_err(|e| e.to_string())
            }
        }
    }
}

/// Asks for encryption, which lettre leaves out of `smtp://` unless told: STARTTLS is a must beyond this machine.
/// A `tls=` of the operator's own stays.
fn encrypted(url: &str) -> Option<url::Url> {
    let mut url = url::Url::parse(url).ok()?;
    let local = url.host_str().is_some_and(|h| matches!(h, "localhost" | "127.0.0.1" | "[::1]"));
    // A relay on this machine often has no certificate, and its words never leave the machine.
    if url.scheme() == "smtp" && !local && tls_of(&url).is_none() {
        url.query_pairs_mut().append_pair("tls", "required");
    }
    Some(url)
}

/// What the address says of encryption.
fn tls_of(url: &url::Url) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned())
}

/// Reads certificates of further authorities and adds them to the well-known ones.
fn trusting(host: String, file: &Path) -> Result<TlsParameters, String> {
    let pem = std::fs::read(file).map_err(|e| e.to_string())?;
    // A file without any would otherwise be taken in silence, and each mail refused later.
    if !pem.windows(PEM.len()).any(|part| part == PEM) {
        return Err("no certificate in PEM form is in it".to_owned());
    }
    let authorities = Certificate::from_pem(&pem).map_err(|e| e.to_string())?;
    TlsParameters::builder(host).add_root_certificate(authorities).build().map_err(|e| e.to_string())
}

fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let draft = folder.join(format!("{name}.part"));
    let mut file = std::fs::File::create(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, folder.join(name))?;
    // The name is durable only with its folder.
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
