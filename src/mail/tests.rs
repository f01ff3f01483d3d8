//! Every kind of mail in both languages, and what a mail must never do.

use super::*;
use crate::market::notices::{Receiver, Why};
use crate::values::{Lang, NoticeId, Timestamp};
use std::collections::BTreeMap;

/// What `purchases` tells of every request.
const REQUEST: [&str; 6] = ["number", "amount", "buyer", "seller", "dataset", "purpose"];

/// The facts that the room which files a notice of this kind gives, besides `path` or a link.
fn facts_of(kind: Kind) -> Vec<&'static str> {
    let request = |more: &[&'static str]| [&REQUEST[..], more].concat();
    match kind {
        Kind::Confirm
        | Kind::AlreadyMember
        | Kind::Reset
        | Kind::PasswordChanged
        | Kind::NewEmail
        | Kind::EmailChanged => vec!["name"],
        Kind::Invitation => vec!["organisation", "by"],
        Kind::PartyVerified => vec!["organisation"],
        Kind::OfficeGiven | Kind::OfficeTaken => vec!["office", "by"],
        Kind::ReviewWanted => vec!["dataset", "version", "seller", "by"],
        Kind::ReviewReturned | Kind::ReviewApproved => vec!["dataset", "version", "reason"],
        Kind::ComplianceWanted => request(&["by"]),
        Kind::RequestSubmitted | Kind::RequestExpired => request(&[]),
        Kind::ApprovalWanted | Kind::RequestReceived | Kind::RequestWithdrawn => request(&["by"]),
        Kind::RequestReturned | Kind::RequestRefused => request(&["by", "reason"]),
        Kind::QuoteWanted => request(&["by", "due"]),
        Kind::ProposalReceived => request(&["by", "proposed", "due"]),
        Kind::ProposalAgreed => request(&["by"]),
        Kind::RequestDecided => request(&["by", "verdict"]),
        Kind::InvoiceOpened => request(&["invoice", "due"]),
        Kind::InvoicePaid => request(&["invoice"]),
        Kind::Granted => request(&["grant"]),
        Kind::GrantTerminated | Kind::GrantSuspended | Kind::GrantResumed | Kind::GrantLimited => {
            vec!["number", "by", "reason"]
        }
        Kind::RelicenceAsked => vec!["number", "dataset", "seller", "label"],
        Kind::RelicenceAnswered => vec!["number", "by", "label", "verdict"],
        Kind::GrantNoticed => vec!["number", "by", "reason", "date"],
        Kind::GrantLapsed => vec!["number", "dataset", "date"],
        Kind::GrantEnding => vec!["number", "dataset", "seller", "days", "date"],
        Kind::SignatureWanted | Kind::MessageCame => request(&["by"]),
        Kind::StepReminder => request(&["step", "due", "days"]),
        Kind::StepEscalated => request(&["step", "due"]),
        Kind::DelegateNamed => vec!["by", "from", "until"],
        Kind::VersionRecalled | Kind::VersionDeprecated => vec!["dataset", "version", "seller", "reason"],
        Kind::VersionPublished => vec!["dataset", "version", "seller", "note", "noted", "covered", "licence", "code"],
        Kind::Digest => vec!["count"],
        Kind::WebhookDisabled => vec!["organisation", "address", "reason"],
    }
}

fn notice(kind: Kind, lang: Lang) -> Filed {
    let mut facts: BTreeMap<String, String> =
        facts_of(kind).iter().map(|name| ((*name).to_owned(), format!("<{name}>"))).collect();
    if kind.mailed_link().is_some() {
        facts.extend([("link".to_owned(), "l1".to_owned()), ("nonce".to_owned(), "n1".to_owned())]);
    } else {
        facts.insert("path".to_owned(), "/somewhere".to_owned());
    }
    Filed {
        id: NoticeId::fresh(),
        kind,
        receiver: Receiver { email: "lin@haoyue.example".to_owned(), lang, member: None, why: Why::Account },
        facts,
        created_at: Timestamp(1_790_000_000_007),
        attempts: 0,
        sent_at: None,
        failed_at: None,
        last_error: None,
        read_at: None,
    }
}

fn site() -> Facts {
    Facts {
        exchange: "Bourse".to_owned(),
        public_url: "https://x.example".to_owned(),
        https: true,
        trusted_proxies: Vec::new(),
        allowed_hosts: Vec::new(),
        form_upload_limit_bytes: 1,
        upload_limit_bytes: 1,
        quota_bytes: 1,
        upload_keep_seconds: 1,
        token_seconds: 3600,
        mail_folder: None,
        hourly_attempts: 60,
        egress: std::sync::Arc::default(),
    }
}

fn bytes(notice: &Filed) -> Vec<u8> {
    render(notice, &[], &site(), "Bourse <desk@x.example>", &ServerKey::new([7; 32])).unwrap().formatted()
}

#[test]
fn every_kind_has_its_words_in_both_languages() {
    for kind in Kind::ALL.iter().copied() {
        for lang in Lang::ALL.iter().copied() {
            let notice = notice(kind, lang);
            let raw = bytes(&notice);
            let mail = mailparse::parse_mail(&raw).unwrap();
            let header =
                |name: &str| mailparse::MailHeaderMap::get_first_value(&mail.headers[..], name).unwrap_or_default();
            assert_eq!(header("Message-ID"), format!("<{}@x.example>", notice.id));
            assert_eq!(header("Auto-Submitted"), "auto-generated");
            assert_eq!(mail.subparts.len(), 2);
            let (plain, html) = (mail.subparts[0].get_body().unwrap(), mail.subparts[1].get_body().unwrap());
            for text in [&header("Subject"), &plain, &html] {
                assert!(!text.contains('⟦') && !text.contains("{$") && !text.contains("{ $"), "{kind} {lang}: {text}");
            }
            for name in ["reason", "due", "invoice", "organisation"] {
                let told = format!("<{name}>");
                assert!(
                    !facts_of(kind).contains(&name) || plain.contains(&told) || header("Subject").contains(&told),
                    "{kind} {lang}: {name} is not told"
                );
            }
            assert!(!html.contains("<reason>"), "{kind} {lang}: facts are escaped");
            let link =
                if kind.mailed_link().is_some() { "https://x.example/links/" } else { "https://x.example/somewhere" };
            assert!(plain.contains(link) && html.contains(link), "{kind} {lang}: {plain}");
        }
    }
}

#[test]
fn a_fact_never_becomes_a_header() {
    let mut notice = notice(Kind::RequestRefused, Lang::En);
    notice.facts.insert("dataset".to_owned(), "x\r\nBcc: evil@x.example\r\n\r\nbody".to_owned());
    let raw = bytes(&notice);
    let mail = mailparse::parse_mail(&raw).unwrap();
    assert!(mail.headers.iter().all(|h| !h.get_key().eq_ignore_ascii_case("bcc")));
    assert_eq!(mail.subparts.len(), 2);
}

#[test]
fn the_same_notice_has_the_same_link_and_id() {
    let notice = notice(Kind::Reset, Lang::Zh);
    let link = |raw: &[u8]| {
        let text = mailparse::parse_mail(raw).unwrap().subparts[0].get_body().unwrap();
        text.lines().find(|l| l.starts_with("https://")).unwrap().to_owned()
    };
    assert_eq!(link(&bytes(&notice)), link(&bytes(&notice)));
}

#[test]
fn a_mail_becomes_one_whole_file() {
    let folder = std::env::temp_dir().join(format!("bourse-mail-{}", NoticeId::fresh()));
    std::fs::create_dir(&folder).unwrap();
    let notice = notice(Kind::Granted, Lang::Zh);
    let post = Post::Folder(folder.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for _ in 0..2 {
        let message = render(&notice, &[], &site(), "Bourse <desk@x.example>", &ServerKey::new([7; 32])).unwrap();
        runtime.block_on(post.send(&notice, message)).unwrap();
    }
    let names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, [format!("001790000000007-{}.eml", notice.id)]);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn passwords_of_the_mail_server_travel_encrypted() {
    let asked = |url: &str| encrypted(url).unwrap().to_string();
    assert_eq!(asked("smtp://u:p@mail.example:587"), "smtp://u:p@mail.example:587?tls=required");
    assert_eq!(asked("smtp://mail.example?tls=opportunistic"), "smtp://mail.example?tls=opportunistic");
    assert_eq!(asked("smtps://u:p@mail.example"), "smtps://u:p@mail.example");
    assert_eq!(asked("smtp://127.0.0.1:2525"), "smtp://127.0.0.1:2525");
}

#[test]
fn certificates_of_an_authority_are_read_at_start() {
    let folder = std::env::temp_dir().join(format!("bourse-ca-{}", NoticeId::fresh()));
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("authority.pem");
    let fault = || Post::smtp("smtps://mail.example", Some(&file)).err().unwrap_or_default();
    assert!(fault().starts_with("setting smtp_ca_file: /"), "{}", fault());
    for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&file, text).unwrap();
        assert!(fault().starts_with("setting smtp_ca_file: "), "{text:?}: {}", fault());
    }
    assert!(Post::smtp("ftp://mail.example", None).err().unwrap().starts_with("setting smtp_url: "));
    std::fs::remove_dir_all(&folder).unwrap();
}
