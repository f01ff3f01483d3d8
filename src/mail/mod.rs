//! A notice becomes a message, and a message leaves: over SMTP, or as a file when no server is configured.
//! lettre lives here only.

use crate::http::site::Facts;
use crate::market::accounts::link_secret;
use crate::market::notices::{Filed, Kind};
use crate::urls;
use crate::values::ServerKey;
use crate::words;
use askama::Template;
use lettre::message::{Mailbox, MultiPart, header};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Text<'a> {
    greeting: &'a str,
    text: &'a str,
    link: &'a str,
    foot: &'a str,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Html<'a> {
    lang: &'a str,
    subject: &'a str,
    greeting: &'a str,
    text: &'a str,
    button: &'a str,
    link: &'a str,
    foot: &'a str,
}

/// How a certificate in PEM form begins.
const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// The purpose of the link that a kind of mail carries.
const fn purpose(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Confirm => Some("confirm"),
        Kind::Reset => Some("reset"),
        Kind::NewEmail => Some("new_email"),
        Kind::Invitation => Some("invitation"),
        Kind::AlreadyMember
        | Kind::PasswordChanged
        | Kind::EmailChanged
        | Kind::PartyVerified
        | Kind::ApprovalWanted
        | Kind::RequestSubmitted
        | Kind::RequestReceived
        | Kind::RequestReturned
        | Kind::RequestRefused
        | Kind::RequestWithdrawn
        | Kind::RequestExpired
        | Kind::RequestDecided
        | Kind::InvoiceOpened
        | Kind::InvoicePaid
        | Kind::Granted
        | Kind::GrantTerminated
        | Kind::GrantNoticed
        | Kind::GrantSuspended
        | Kind::GrantResumed
        | Kind::GrantLimited
        | Kind::GrantEnding
        | Kind::VersionRecalled
        | Kind::VersionDeprecated
        | Kind::OfficeGiven
        | Kind::OfficeTaken
        | Kind::ReviewWanted
        | Kind::ReviewReturned
        | Kind::ReviewApproved
        | Kind::QuoteWanted
        | Kind::ProposalReceived
        | Kind::ProposalAgreed
        | Kind::ComplianceWanted => None,
    }
}

/// Takes line ends out of a fact, so that it can never become a header or a second line.
fn one_line(text: &str) -> String {
    text.split(['\r', '\n']).collect::<Vec<_>>().join(" ")
}

/// Makes the message of a notice in its receiver's language. Its `Message-ID` is the same however often it is made.
///
/// # Errors
/// A text when an address cannot stand in a message.
pub fn render(notice: &Filed, facts: &Facts, from: &str, key: &ServerKey) -> Result<Message, String> {
    let lang = notice.receiver.lang;
    let values: Vec<(String, String)> = notice.facts.iter().map(|(k, v)| (k.clone(), one_line(v))).collect();
    let mut pairs: Vec<(&str, &str)> = values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    pairs.push(("exchange", &facts.exchange));
    let kind = notice.kind.as_str();
    let subject = words::with(lang, &format!("mail-{kind}-subject"), &pairs);
    let text = words::with(lang, &format!("mail-{kind}-text"), &pairs);
    let fact = |name: &str| notice.facts.get(name).map(String::as_str);
    let path = match (purpose(notice.kind), fact("link"), fact("nonce")) {
        (Some(purpose), Some(link), Some(nonce)) => urls::mailed_link(purpose, &link_secret(key, purpose, link, nonce)),
        _ => fact("path").unwrap_or("/").to_owned(),
    };
    let link = format!("{}{path}", facts.public_url);
    let greeting = fact("name")
        .map_or_else(|| words::say(lang, "mail-greeting"), |n| words::with(lang, "mail-greeting-name", &[("name", n)]));
    let foot = words::with(lang, "mail-foot", &[("exchange", &facts.exchange), ("email", &notice.receiver.email)]);
    let plain =
        Text { greeting: &greeting, text: &text, link: &link, foot: &foot }.render().map_err(|e| e.to_string())?;
    let button = words::say(lang, "mail-button");
    let html = Html {
        lang: lang.as_str(),
        subject: &subject,
        greeting: &greeting,
        text: &text,
        button: &button,
        link: &link,
        foot: &foot,
    };
    let html = html.render().map_err(|e| e.to_string())?;
    let host = url::Url::parse(&facts.public_url)
        .ok()
        .and_then(|u| u.host_str().map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned());
    let to: Mailbox = notice.receiver.email.parse().map_err(|e| format!("receiver: {e}"))?;
    let from: Mailbox = from.parse().map_err(|e| format!("sender: {e}"))?;
    Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(&subject))
        .message_id(Some(format!("<{}@{host}>", notice.id)))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(plain, html))
        .map_err(|e| e.to_string())
}

/// `Auto-Submitted: auto-generated` (RFC 3834), so that no absence note answers.
#[derive(Clone)]
struct AutoSubmitted;
impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
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
