//! From no to yes: refusals that say who can mend them and where, each driven to success by whoever that is.

use super::{BUYER, DATASET, PASSWORD, SELLER, somebody};
use crate::page::Page;
use fantoccini::Locator;

/// Important data: only verified organisations may ask for it.
const IMPORTANT: &str = "/datasets/qingling-steel/reheating-furnace-energy";

/// Somebody looks at an address and sees whether a condition is not met there.
async fn refused(page: &Page, who: &str, address: &str) -> Vec<String> {
    page.sign_in(who, PASSWORD).await;
    page.open(address).await;
    let mut list = Vec::new();
    for item in page.client.find_all(Locator::Css("main .conds li.no b")).await.unwrap() {
        list.push(item.text().await.unwrap());
    }
    page.sign_out().await;
    list
}

/// Somebody fills a form and sends it.
async fn sends(page: &Page, who: &str, address: &str, fields: &[(&str, &str)], form: &str) {
    page.sign_in(who, PASSWORD).await;
    page.open(address).await;
    for (field, value) in fields {
        page.fill(field, value).await;
    }
    page.press(&format!("form[action='{form}'] button"), "done=").await;
    page.sign_out().await;
}

/// The address of the first request form for a dataset that refuses somebody.
async fn refused_offer(page: &Page, who: &str, dataset: &str) -> String {
    page.sign_in(who, PASSWORD).await;
    page.open(dataset).await;
    let mut addresses = Vec::new();
    for link in page.client.find_all(Locator::Css("main a[href*='/request?offer=']")).await.unwrap() {
        addresses.extend(link.attr("href").await.unwrap());
    }
    for address in addresses {
        page.open(&address).await;
        if page.has("main .conds li.no").await {
            page.sign_out().await;
            return address;
        }
    }
    panic!("no offer is refused");
}

pub(super) async fn five_refusals(page: Page) {
    let operator = "shen.yue@sanjiang.example";
    let unverified = somebody("yunqi-castings", "requester");
    // One: not verified; the operator verifies.
    let offer = refused_offer(&page, unverified, IMPORTANT).await;
    assert_eq!(refused(&page, unverified, &offer).await.len(), 1);
    let form = "/operator/organisations/yunqi-castings/verification";
    sends(&page, operator, "/operator/organisations/yunqi-castings", &[("#method", "register extract")], form).await;
    assert!(refused(&page, unverified, &offer).await.is_empty());

    // Two: without the role; the owner gives it.
    let (owner, approver) = (somebody(BUYER, "owner"), somebody(BUYER, "approver"));
    let offer = refused_offer(&page, approver, DATASET).await;
    assert_eq!(refused(&page, approver, &offer).await.len(), 1);
    page.sign_in(owner, PASSWORD).await;
    page.open(&format!("/organisations/{BUYER}/members")).await;
    let member = link_in_row(&page, approver).await;
    page.open(&member).await;
    page.find("input[name='requester']").await.click().await.unwrap();
    page.press(&format!("form[action='{member}'] button"), "done=saved").await;
    page.sign_out().await;
    assert!(refused(&page, approver, &offer).await.is_empty());

    let (requester, licensor) = (somebody(BUYER, "requester"), somebody(SELLER, "licensor"));
    page.sign_in(requester, PASSWORD).await;
    page.open("/grants?state=active").await;
    let grant = link_in_row(&page, "澜江轴承").await;
    page.sign_out().await;
    assert!(refused(&page, requester, &grant).await.is_empty());

    // Three: suspended; the licensor resumes.
    let rest = format!("{grant}/suspension");
    sends(&page, licensor, &rest, &[("#reason", "账单逾期")], &rest).await;
    let list = refused(&page, requester, &grant).await;
    assert!(list.len() == 1 && list[0].contains("账单逾期"), "{list:?}");
    sends(&page, licensor, &rest, &[("#reason", "已付款")], &format!("{grant}/resumption")).await;
    assert!(refused(&page, requester, &grant).await.is_empty());

    // Four: from a network that the holder does not allow; its owner adds it.
    let (limits, own) = (format!("{grant}/limits"), format!("{grant}/own-limits"));
    sends(&page, owner, &limits, &[("#own_networks", "192.0.2.0/24")], &own).await;
    assert_eq!(refused(&page, requester, &grant).await.len(), 1);
    sends(&page, owner, &limits, &[("#own_networks", "192.0.2.0/24 127.0.0.0/8")], &own).await;
    assert!(refused(&page, requester, &grant).await.is_empty());

    // Five: the downloads are used up; the licensor raises the limit.
    let counted = [("#downloads", "1"), ("#reason", "按约定")];
    sends(&page, licensor, &limits, &counted, &limits).await;
    fetch_with_token(&page, requester, &grant).await;
    let colleague = "tang.yue@haoyue.example";
    assert_eq!(refused(&page, colleague, &grant).await.len(), 1);
    sends(&page, licensor, &limits, &[("#downloads", "9"), ("#reason", "追加")], &limits).await;
    assert!(refused(&page, colleague, &grant).await.is_empty());
}

/// The first link in the row of a table that holds a text.
async fn link_in_row(page: &Page, text: &str) -> String {
    for row in page.client.find_all(Locator::Css("main table tbody tr")).await.unwrap() {
        if row.text().await.unwrap().contains(text) {
            return row.find(Locator::Css("a")).await.unwrap().attr("href").await.unwrap().unwrap();
        }
    }
    panic!("no row holds {text}");
}

/// Makes a token in the browser and fetches the first file with it.
async fn fetch_with_token(page: &Page, who: &str, grant: &str) {
    page.sign_in(who, PASSWORD).await;
    page.open(grant).await;
    let file = page.find(&format!("main table a[href^='{grant}/files/']")).await.prop("href").await.unwrap().unwrap();
    page.press(&format!("form[action='{grant}/tokens'] button"), "/tokens").await;
    let token = page.text(".snippet pre").await;
    page.sign_out().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(&file).bearer_auth(token.trim()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap();
}
