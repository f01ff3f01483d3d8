//! The receipt of a grant: as a certificate to read and print, and as the signed file.

use super::load;
use super::qr::{self, Qr};
use crate::http::problem::Problem;
use crate::http::{Answer, Path, Visit, answer};
use crate::market::grants;
use crate::market::signing::{SigningKeys, did_web};
use crate::urls;
use crate::values::{Currency, GrantId, Money};
use crate::web::datasets::views::{Permissions, permissions};
use crate::web::layout::Frame;
use crate::words;
use actix_web::HttpResponse;
use actix_web::http::header;

#[derive(askama::Template)]
#[template(path = "pages/receipt.html")]
struct ReceiptView {
    f: Frame,
    number: String,
    file: String,
    grant: (String, String),
    cells: Vec<(&'static str, &'static str, &'static str, String)>,
    permissions: Permissions,
    head: String,
    /// The address of the public check, and its code to scan.
    check: String,
    qr: Option<Qr>,
    credential: String,
}

/// A receipt as it was signed, read field by field; what is not there reads as nothing.
struct Signed(serde_json::Value);

impl Signed {
    fn text(&self, path: &str) -> String {
        self.0.pointer(path).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }
    fn day(&self, path: &str) -> String {
        self.text(path).get(..10).unwrap_or_default().to_owned()
    }
    /// A name in both languages, one above the other.
    fn both(&self, stem: &str) -> String {
        format!("{}\n{}", self.text(&format!("{stem}_en")), self.text(&format!("{stem}_zh"))).trim().to_owned()
    }
    fn party(&self, stem: &str) -> String {
        let (registration, country) =
            (self.text(&format!("{stem}/registration")), self.text(&format!("{stem}/country")));
        format!("{}\n{registration} · {country}", self.both(&format!("{stem}/name")))
    }
    fn price(&self) -> String {
        let minor = |path: &str| self.0.pointer(path).and_then(serde_json::Value::as_i64).unwrap_or(0);
        let currency = self.text("/price/currency").parse().unwrap_or(Currency::CNY);
        let money = |m: i64| Money::new(m, currency).to_string();
        match (minor("/price/net_minor"), minor("/price/tax_minor")) {
            (0, 0) => "0".to_owned(),
            (net, tax) => format!("{} + {} = {}", money(net), money(tax), money(net.saturating_add(tax))),
        }
    }
    fn term(&self) -> String {
        let end = self.day("/ends_at");
        format!("{} – {}", self.day("/starts_at"), if end.is_empty() { "∞" } else { &end })
    }
    fn approvals(&self) -> String {
        let part =
            |a: &serde_json::Value, key: &str| a.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let list = self.0.pointer("/approvals").and_then(serde_json::Value::as_array);
        let said: Vec<String> = list
            .into_iter()
            .flatten()
            .map(|a| {
                let at = part(a, "at");
                format!("{} ({}) {}", part(a, "by"), part(a, "side"), at.get(..10).unwrap_or_default())
            })
            .collect();
        if said.is_empty() { "–".to_owned() } else { said.join("\n") }
    }
    fn licence(&self) -> String {
        format!(
            "{} {}\nsha256 {}",
            self.both("/licence/title"),
            self.text("/licence/code"),
            self.text("/licence/sha256")
        )
    }
    /// The limits, one behind the other, as they were signed.
    fn limits(&self) -> String {
        let list = self.0.pointer("/limits").and_then(serde_json::Value::as_object);
        let said: Vec<String> = list
            .into_iter()
            .flatten()
            .map(|(key, value)| match value {
                serde_json::Value::Array(items) => {
                    let items: Vec<&str> = items.iter().filter_map(serde_json::Value::as_str).collect();
                    format!("{key}: {}", items.join(", "))
                }
                serde_json::Value::Null
                | serde_json::Value::Bool(_)
                | serde_json::Value::Number(_)
                | serde_json::Value::String(_)
                | serde_json::Value::Object(_) => format!("{key}: {value}"),
            })
            .collect();
        if said.is_empty() { "–".to_owned() } else { said.join("\n") }
    }
    fn goods(&self) -> String {
        format!("{}\n{} ({})", self.both("/dataset/title"), self.text("/version/label"), self.text("/scope"))
    }
    fn accepted(&self) -> String {
        format!("{}\n{} ({})", self.text("/accepted/by"), self.text("/accepted/at"), self.text("/accepted/lang"))
    }
    /// The cells of the certificate: width, label in English and in Chinese, value.
    fn cells(&self, kid: String) -> Vec<(&'static str, &'static str, &'static str, String)> {
        vec![
            ("w3", "Licensor", "数据提供方", self.party("/licensor")),
            ("w3", "Licensee", "数据接收方", self.party("/licensee")),
            ("w4", "Goods", "授权标的", self.goods()),
            ("", "Level", "数据级别", self.text("/level")),
            ("", "Term", "期限", self.term()),
            ("w4", "Price", "价款", self.price()),
            ("w6", "Manifest, SHA-256", "清单校验值", self.text("/version/manifest_sha256")),
            ("w6", "Licence text", "许可文本", self.licence()),
            ("w6", "Purpose", "用途", self.text("/purpose")),
            ("w3", "Accepted by", "接受方", self.accepted()),
            ("w3", "Decided by", "审批", self.approvals()),
            ("w3", "Limits", "使用限制", self.limits()),
            ("w3", "Key", "签名公钥", kid),
        ]
    }
}

/// The receipt as a certificate that prints on one sheet, in both languages.
pub(super) async fn page(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    let x = load(&visit, id).await?;
    let signed = Signed(visit.site.signing.verify_receipt(&x.grant.receipt).map_err(|e| Problem::broken(&e))?);
    let kid = SigningKeys::kid_of(&x.grant.receipt).map_err(|e| Problem::broken(&e))?;
    let check = visit.site.absolute(&urls::verify(&x.grant.number));
    let view = ReceiptView {
        f: Frame::of(&visit, words::with(visit.lang(), "receipt-of", &[("number", &x.grant.number)])),
        number: x.grant.number.clone(),
        file: urls::grant_part(id, "receipt.jws"),
        grant: (x.grant.number.clone(), urls::grant(id)),
        cells: signed.cells(kid),
        permissions: permissions(visit.lang(), &x.licence.terms),
        head: signed.text("/issued_at"),
        qr: qr::draw(&check),
        check,
        credential: urls::grant_part(id, "receipt.vc.jwt"),
    };
    answer::html(&view)
}

/// The receipt as a Verifiable Credential, signed now with the newest key; the facts are those of the receipt.
pub(super) async fn credential(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    let (grant, _) = visit.as_actor()?.read(move |tx, actor, _| Ok(grants::visible(tx, actor, id)?)).await?;
    let (signing, url) = (&visit.site.signing, &visit.site.facts.public_url);
    let receipt = signing.verify_receipt(&grant.receipt).map_err(|e| Problem::broken(&e))?;
    let credential = grants::credential_of(&receipt, url);
    let signed = signing.sign_credential(&did_web(url), &credential).map_err(|e| Problem::broken(&e))?;
    let name = format!("attachment; filename=\"{}.vc.jwt\"", grant.number);
    Ok(HttpResponse::Ok()
        .content_type("application/vc+jwt")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(signed))
}

/// The receipt itself: a JWS that anybody can check offline.
pub(super) async fn file(visit: Visit, Path(id): Path<GrantId>) -> Answer {
    let (grant, _) = visit.as_actor()?.read(move |tx, actor, _| Ok(grants::visible(tx, actor, id)?)).await?;
    let name = format!("attachment; filename=\"{}.jws\"", grant.number);
    Ok(HttpResponse::Ok()
        .content_type("application/jose")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(grant.receipt))
}
