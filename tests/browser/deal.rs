//! A whole deal in the browser alone, without scripts: a buyer with a policy of two approvals and a signature, a seller with
//! an automatic rule; and a request that the rule does not cover.

use super::{PASSWORD, SELLER, somebody};
use crate::page::Page;
use fantoccini::Locator;

const BUYER: &str = "hexu-electronics";
const DATASET: &str = "/datasets/lanjiang-bearing/spindle-bearing-run-to-failure";
const OFFER: &str = "模型训练（两年）";
const PURPOSE: &str = "为贴片机主轴开发剩余寿命模型，只在本公司三条产线上使用。";
const SHORT: &str = "主轴寿命模型";

/// The language of the walk: Chinese on PostgreSQL, English on SQLite.
fn language() -> &'static str {
    if crate::machine::postgres().is_some() { "zh-CN" } else { "en" }
}

impl Page {
    /// Checks the box, or chooses the answer, of this name and value.
    async fn check(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|e| panic!("check {css}: {e}"));
    }
    /// Checks the box of a list whose words hold a text.
    async fn check_with(&self, css: &str, words: &str) {
        for label in self.client.find_all(Locator::Css(css)).await.unwrap() {
            if label.text().await.unwrap().contains(words) {
                label.click().await.unwrap();
                return;
            }
        }
        panic!("no box of {css} says {words}");
    }
    /// Chooses out of a list.
    async fn choose(&self, css: &str, value: &str) {
        self.find(css).await.select_by_value(value).await.unwrap_or_else(|e| panic!("choose {value} in {css}: {e}"));
    }
}

pub(super) async fn whole_deal(page: Page) {
    page.open("/datasets").await;
    // By way of Chinese, so that it can be seen when the choice was kept.
    let chosen: &[&str] = if language() == "en" { &["zh-CN", "en"] } else { &["zh-CN"] };
    for lang in chosen {
        page.find(&format!(".foot button[value='{lang}']")).await.click().await.unwrap();
        page.find(&format!("html[lang='{lang}']")).await;
    }
    policy(&page).await;
    rule(&page).await;

    let request = ask(&page, PURPOSE).await;
    approve(&page, somebody(BUYER, "approver"), &request).await;
    approve(&page, "su.mo@hexu.example", &request).await;
    sign(&page, &request).await;
    pay(&page, &request).await;
    use_it(&page, &request).await;

    // The second purpose is too short for the rule: the licensors are asked, and only then it is signed.
    let request = ask(&page, SHORT).await;
    approve(&page, somebody(BUYER, "approver"), &request).await;
    approve(&page, "su.mo@hexu.example", &request).await;
    page.sign_in("kang.hui@hexu.example", PASSWORD).await;
    page.open("/inbox").await;
    assert!(!page.has(&format!("main table a[href='{request}']")).await, "to be signed before the seller agreed");
    page.sign_out().await;
    approve(&page, somebody(SELLER, "licensor"), &request).await;
    sign(&page, &request).await;
    page.sign_in(somebody(BUYER, "requester"), PASSWORD).await;
    page.open(&request).await;
    page.find("main a.btn[href^='/orders/']").await;
    page.sign_out().await;
}

/// The owner writes a policy of two approvals and a signature, tries it on past requests, and puts it in force.
async fn policy(page: &Page) {
    let home = format!("/organisations/{BUYER}/policy");
    page.sign_in(somebody(BUYER, "owner"), PASSWORD).await;
    page.open(&home).await;
    // What was there goes: one step above an amount.
    page.press("main table form[action$='/removal'] button", "done=saved").await;
    step(page, &home, ("部门审批", "Department"), "approve", "", 1).await;
    step(page, &home, ("法务审批", "Legal"), "approve", "su.mo@hexu.example", 2).await;
    step(page, &home, ("签署", "Signature"), "sign", "kang.hui@hexu.example", 3).await;
    page.press("main a.btn[href$='/policy/dry-run']", "/policy/dry-run").await;
    let tried = page.text("main table").await;
    let name = if language() == "en" {
        "Department → Legal → Signature"
    } else {
        "部门审批 → 法务审批 → 签署"
    };
    assert!(tried.contains(name), "{tried}");
    page.open(&home).await;
    page.fill("#note", "两级审批并签署").await;
    page.press("form[action$='/policy/edition'] button", "done=in-force").await;
    assert!(!page.has("form[action$='/policy/edition']").await, "the draft is in force");
    page.sign_out().await;
}

async fn step(page: &Page, home: &str, name: (&str, &str), kind: &str, who: &str, group: usize) {
    page.press("main a.btn[href$='/policy/steps/new']", "/policy/steps/new").await;
    page.fill("#name_zh", name.0).await;
    page.fill("#name_en", name.1).await;
    page.check(&format!("input[name='kind'][value='{kind}']")).await;
    if !who.is_empty() {
        page.check_with("#members label", who).await;
    }
    assert_eq!(page.find("#group").await.prop("value").await.unwrap().as_deref(), Some(group.to_string().as_str()));
    page.press(&format!("form[action='{home}/steps/new'] button.primary"), "done=saved").await;
}

/// The seller's owner says when nobody needs to look: tried first, then saved.
async fn rule(page: &Page) {
    page.sign_in(somebody(SELLER, "owner"), PASSWORD).await;
    page.open(&format!("/organisations/{SELLER}/selling-rules")).await;
    page.check("input[name='automatic'][value='yes']").await;
    page.fill("#countries", "CN").await;
    page.fill("#purpose_length", "20").await;
    page.fill("#amount", "60000").await;
    page.choose("#currency", "CNY").await;
    page.press("main form button[formaction$='/dry-run']", "/selling-rules/dry-run").await;
    page.find("main table").await;
    assert_eq!(page.find("#amount").await.prop("value").await.unwrap().as_deref(), Some("60000"), "typed stays typed");
    page.press("main form button.primary", "done=in-force").await;
    page.sign_out().await;
}

/// Requests the offer with a purpose and an intended use; gives the request's address.
async fn ask(page: &Page, purpose: &str) -> String {
    page.sign_in(somebody(BUYER, "requester"), PASSWORD).await;
    page.open(DATASET).await;
    page.client.find(Locator::LinkText(OFFER)).await.unwrap().click().await.unwrap();
    page.until_at("offer=", "the offer").await;
    page.press("#bill .stub a", "/request?offer=").await;
    page.fill("#purpose", purpose).await;
    for used in ["use_train_models", "use_commercial_use", "for_internal", "by_staff"] {
        page.check(&format!("input[name='{used}']")).await;
    }
    page.fill("#territories", "CN").await;
    page.check("input[name='accept']").await;
    page.press("main form button.primary", "done=submitted").await;
    assert!(page.text(".deal").await.contains(purpose));
    assert!(page.has("#intended table tbody tr").await, "what the licence says to the intended use");
    let address = page.address().await;
    page.sign_out().await;
    address.split('?').next().unwrap().to_owned()
}

/// Somebody approves from the own inbox.
async fn approve(page: &Page, who: &str, request: &str) {
    page.sign_in(who, PASSWORD).await;
    page.press(&format!("main table a[href='{request}']"), request).await;
    page.press(&format!("form[action='{request}/approval'] button"), "done=approved").await;
    page.sign_out().await;
}

/// The signatory reads the agreement and signs it from the inbox.
async fn sign(page: &Page, request: &str) {
    page.sign_in("kang.hui@hexu.example", PASSWORD).await;
    page.press(&format!("main table a[href='{request}']"), request).await;
    page.press(&format!("main a[href='{request}/agreement']"), "/agreement").await;
    let agreement = page.text("main").await;
    assert!(agreement.contains("SHA-256") && agreement.contains("禾煦电子科技有限公司"), "{agreement}");
    page.open(request).await;
    page.press(&format!("form[action='{request}/approval'] button"), "done=approved").await;
    page.sign_out().await;
}

/// The invoice is open without anybody at the seller; their finance records the payment.
async fn pay(page: &Page, request: &str) {
    page.sign_in(somebody(SELLER, "finance"), PASSWORD).await;
    page.press(&format!("main table a[href='{request}']"), request).await;
    page.press("main a.btn[href^='/orders/']", "/orders/").await;
    let invoice = page.text("main table").await;
    assert!(invoice.contains("50,880.00") || invoice.contains("48,000.00"), "{invoice}");
    page.fill("#amount", "50880.00").await;
    page.fill("#reference", "电汇 20261128-000044").await;
    page.press("form[action$='/payment'] button", "done=paid").await;
    page.sign_out().await;
}

/// The buyer has the grant, its receipt with everybody who agreed, the signed agreement, and what to copy.
async fn use_it(page: &Page, request: &str) {
    page.sign_in(somebody(BUYER, "requester"), PASSWORD).await;
    page.open(request).await;
    page.press(&format!("main a[href='{request}/agreement']"), "/agreement").await;
    assert!(page.text("main").await.contains("康慧"), "the signature stands on the agreement");
    page.open(request).await;
    page.press("main a.btn[href^='/grants/']", "/grants/").await;
    let grant = page.address().await;
    let copied = page.text(".snippet pre").await;
    assert!(copied.contains("curl") && copied.contains("sha256sum"), "{copied}");
    page.press(&format!("main a[href='{grant}/receipt']"), "/receipt").await;
    let receipt = page.text(".deed").await;
    for part in [PURPOSE, "陆安", "苏默", "康慧"] {
        assert!(receipt.contains(part), "{part} is missing in {receipt}");
    }
    page.open(&grant).await;
    page.press(&format!("form[action='{grant}/tokens'] button"), "/tokens").await;
    assert_eq!(page.text(".snippet pre").await.trim().split('.').count(), 3, "a token has three parts");
    page.sign_out().await;
}
