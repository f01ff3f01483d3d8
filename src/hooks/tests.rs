//! Nothing inside is called, whatever the address looks like, and what goes out is signed.

use super::guard::Found;
use super::*;
use crate::values::INSIDE;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A name that stands for a public address the first time and for this machine ever after, or the other way round.
struct Rebinding {
    asked: AtomicUsize,
    answers: Vec<Vec<IpAddr>>,
}
impl Lookup for Rebinding {
    fn find(&self, _: &str) -> Found {
        let count = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(count).or(self.answers.last()).cloned().unwrap_or_default();
        Box::pin(async move { Ok(answer) })
    }
}

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Reserved for documentation: nobody answers there, and the tests allow it for once.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

fn parcel<'p>(url: &'p str, secrets: &'p [Secret<String>]) -> Parcel<'p> {
    Parcel { id: "msg_1", url, body: "{\"type\":\"x\"}", secrets, now: Timestamp(1_790_000_000_007) }
}

fn runtime() -> tokio::runtime::Runtime {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A listener on this machine that takes note of every connection.
fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[test]
fn no_address_of_the_inside_is_connected_to() {
    let (listener, port) = listener();
    let sender = Sender::new(Arc::default()).unwrap();
    runtime().block_on(async {
        for text in INSIDE {
            let mut url = url::Url::parse(text).unwrap();
            url.set_port(Some(port)).unwrap();
            for scheme in ["https", "http"] {
                let _ = url.set_scheme(scheme);
                let refused = sender.send(&parcel(url.as_str(), &[])).await.unwrap_err();
                assert_eq!(refused.status, None, "{url}");
            }
        }
    });
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn a_name_that_changes_its_mind_gains_nothing() {
    let (listener, port) = listener();
    let inside: [Vec<IpAddr>; 6] = [
        vec![HERE],
        vec!["8.8.8.8".parse().unwrap(), HERE],
        vec!["::1".parse().unwrap()],
        vec!["::ffff:127.0.0.1".parse().unwrap()],
        vec!["169.254.169.254".parse().unwrap()],
        vec![],
    ];
    runtime().block_on(async {
        for answer in inside {
            let lookup = Arc::new(Rebinding { asked: AtomicUsize::new(0), answers: vec![answer.clone()] });
            let sender = Sender::with_lookup(Arc::default(), lookup.clone()).unwrap();
            let refused = sender.send(&parcel(&format!("https://hooks.example:{port}/"), &[])).await.unwrap_err();
            assert_eq!(refused, Failure::plain("not-public"), "{answer:?}");
            assert_eq!(lookup.asked.load(Ordering::SeqCst), 1);
        }
        // First what may be called, then this machine: it is asked once, and only that answer is connected to.
        let egress = Egress::new(Vec::new(), &["192.0.2.0/24".to_owned()]).unwrap();
        let lookup = Arc::new(Rebinding { asked: AtomicUsize::new(0), answers: vec![vec![NOBODY], vec![HERE]] });
        let sender = Sender::with_lookup(Arc::new(egress), lookup.clone()).unwrap();
        sender.send(&parcel(&format!("https://hooks.example:{port}/"), &[])).await.unwrap_err();
        assert_eq!(lookup.asked.load(Ordering::SeqCst), 1);
    });
    assert!(listener.accept().is_err(), "somebody connected");
}

/// A name that nobody knows.
struct Nobody;
impl Lookup for Nobody {
    fn find(&self, _: &str) -> Found {
        Box::pin(async { Err(std::io::Error::other("no such name")) })
    }
}

#[test]
fn why_nothing_arrived_is_a_code_with_words_in_both_languages() {
    let (listener, port) = listener();
    let closed = {
        let (other, port) = self::listener();
        drop(other);
        port
    };
    listener.set_nonblocking(false).unwrap();
    let answering = std::thread::spawn(move || {
        use std::io::Write as _;
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"this is no TLS at all, whatever was asked\r\n");
    });
    let egress = || Arc::new(Egress::new(Vec::new(), &["127.0.0.0/8".to_owned()]).unwrap());
    let here = || Arc::new(Rebinding { asked: AtomicUsize::new(0), answers: vec![vec![HERE]] });
    runtime().block_on(async {
        let cases: [(Sender, String, &[&str]); 4] = [
            (Sender::with_lookup(egress(), Arc::new(Nobody)).unwrap(), "https://hooks.example/".to_owned(), &["name"]),
            (Sender::with_lookup(egress(), here()).unwrap(), format!("https://hooks.example:{closed}/"), &["refused"]),
            (
                Sender::with_lookup(egress(), here()).unwrap(),
                format!("https://hooks.example:{port}/"),
                &["tls", "reset"],
            ),
            (Sender::new(Arc::default()).unwrap(), "http://hooks.example/".to_owned(), &["scheme"]),
        ];
        for (sender, url, codes) in cases {
            let failed = sender.send(&parcel(&url, &[])).await.unwrap_err();
            assert!(codes.contains(&failed.error), "{url}: {failed:?}");
        }
    });
    answering.join().unwrap();
    for code in [
        "not-public",
        "shape",
        "scheme",
        "host",
        "name",
        "timeout",
        "refused",
        "reset",
        "tls",
        "unreachable",
        "broken",
        "redirect",
        "status",
    ] {
        for lang in [crate::values::Lang::Zh, crate::values::Lang::En] {
            assert_ne!(crate::words::webhook_error(lang, code, "500"), code, "{code} has no words");
        }
    }
}

#[test]
fn every_secret_signs() {
    let secret = |text: &str| Secret::new(format!("whsec_{}", data_encoding::BASE64.encode(text.as_bytes())));
    let secrets = [secret("one"), secret("two")];
    let one = signatures(&parcel("", &secrets[..1]), 1_790_000_000);
    let both = signatures(&parcel("", &secrets), 1_790_000_000);
    assert!(one.starts_with("v1,") && both.starts_with(&format!("{one} v1,")), "{both}");
    assert_ne!(one, signatures(&parcel("", &secrets[..1]), 1_790_000_001));
}
