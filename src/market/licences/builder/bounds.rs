//! The clauses that bound the use: purposes, territory, fields, people, term, downloads, networks.

use super::super::terms::{Constraint, Purpose, Recipient, network};
use super::document::{Document, Says};
use super::parameters::Parameters;

const fn purpose(p: Purpose) -> (&'static str, &'static str) {
    match p {
        Purpose::Evaluation => ("购买前的评估", "evaluation before buying"),
        Purpose::Research => ("科学研究", "scientific research"),
        Purpose::Internal => ("内部运营与决策", "internal operations and decisions"),
        Purpose::Products => ("面向第三方的产品和服务", "products and services for others"),
    }
}

const fn recipient(r: Recipient) -> (&'static str, &'static str) {
    match r {
        Recipient::Staff => ("被许可方的人员", "the Licensee's own people"),
        Recipient::Contractors => ("受托处理方", "processors acting on its behalf"),
        Recipient::Affiliates => ("关联公司", "its Affiliates"),
        Recipient::Consortium => ("数据合作联盟的成员", "members of the consortium"),
        Recipient::Others => ("其他第三方", "other third parties"),
    }
}

/// The words of a section of ISIC and GB/T 4754, as the catalogue has them.
fn field(code: &str) -> (&'static str, &'static str) {
    match code {
        "A" => ("农、林、牧、渔业", "agriculture"),
        "B" => ("采矿业", "mining"),
        "C" => ("制造业", "manufacturing"),
        "D" => ("电力、热力、燃气生产和供应业", "electricity, gas and steam"),
        "E" => ("水的生产和供应及废弃物处理业", "water and waste"),
        "F" => ("建筑业", "construction"),
        "G" => ("批发和零售业", "trade"),
        "H" => ("运输和仓储业", "transport and storage"),
        "I" => ("住宿和餐饮业", "hospitality"),
        _ => ("科学研究和技术服务业", "research and engineering"),
    }
}

fn lists(pairs: impl Iterator<Item = (&'static str, &'static str)>) -> (String, String) {
    let (zh, en): (Vec<&str>, Vec<&str>) = pairs.unzip();
    (zh.join("、"), en.join("; "))
}

/// Adds the bounds to the section of the grant.
pub(super) fn add(d: &mut Document, p: &Parameters) {
    whom(d, p);
    where_and_what(d, p);
    numbers(d, p);
}

fn whom(d: &mut Document, p: &Parameters) {
    if !p.purposes.is_empty() {
        let mut list = p.purposes.clone();
        list.sort_unstable();
        list.dedup();
        let (zh, en) = lists(list.iter().map(|v| purpose(*v)));
        d.add(
            "purposes",
            format!("数据仅限用于以下目的：{zh}。"),
            format!("The Data may be used for the following purposes only: {en}."),
            vec![Says::Bound(Constraint::Purpose(list))],
        );
    }
    if let Some(mut list) = p.recipients() {
        list.sort_unstable();
        let (zh, en) = lists(list.iter().map(|v| recipient(*v)));
        d.add(
            "recipients",
            format!("仅下列人员或单位可以接触数据：{zh}。被许可方对其行为负责，并应要求其承担不低于本许可的义务。"),
            format!("The following only may have access to the Data: {en}. The Licensee answers for them and binds them to obligations no less strict than this licence."),
            vec![Says::Bound(Constraint::Recipients(list))],
        );
    }
}

fn where_and_what(d: &mut Document, p: &Parameters) {
    if !p.territories.is_empty() {
        let mut list = p.territories.clone();
        list.sort();
        list.dedup();
        let words = list.join(", ");
        d.add(
            "territory",
            format!("数据仅限在下列国家或地区存储和使用（ISO 3166-1代码）：{}。", list.join("、")),
            format!("The Data may be stored and used in the following countries only (ISO 3166-1 codes): {words}."),
            vec![Says::Bound(Constraint::Territory(list))],
        );
    }
    if !p.fields.is_empty() {
        let mut list = p.fields.clone();
        list.sort();
        list.dedup();
        let (zh, en) = lists(list.iter().map(|v| field(v)));
        d.add(
            "fields",
            format!("数据仅限在下列行业领域使用：{zh}（门类代码{}）。", list.join("、")),
            format!("The Data may be used in the following fields only: {en} (ISIC sections {}).", list.join(", ")),
            vec![Says::Bound(Constraint::Field(list))],
        );
    }
}

fn numbers(d: &mut Document, p: &Parameters) {
    if let Some(n) = p.seats {
        d.add(
            "seats",
            format!("同时可以接触数据的人员不超过{n}人。"),
            format!("Not more than {n} named people may have access to the Data at the same time."),
            vec![Says::Bound(Constraint::Seats(n))],
        );
    }
    if let Some(n) = p.duration_days {
        d.add(
            "duration",
            format!("授权期限不超过{n}天，自授权凭证载明的起始日起算。"),
            format!(
                "A grant under this licence lasts not longer than {n} days from the start date stated in the receipt."
            ),
            vec![Says::Bound(Constraint::Duration(n))],
        );
    }
    if let Some(n) = p.downloads {
        d.add(
            "downloads",
            format!("下载次数合计不超过{n}次；同一人员或服务账号在同一日（UTC）取得同一文件的，计为一次。"),
            format!("Not more than {n} downloads may be made in all; one file taken by one person or service account on one day (UTC) counts once."),
            vec![Says::Bound(Constraint::Downloads(n))],
        );
    }
    if let Some(n) = p.volume_gib {
        d.add(
            "volume",
            format!("下载总量不超过{n} GiB。"),
            format!("Not more than {n} GiB may be downloaded in all."),
            vec![Says::Bound(Constraint::Volume(n))],
        );
    }
    if !p.networks.is_empty() {
        let mut list: Vec<String> = p.networks.iter().map(|n| network(n).unwrap_or_else(|| n.clone())).collect();
        list.sort();
        list.dedup();
        let words = list.join(", ");
        d.add(
            "networks",
            format!("数据仅可从下列网络下载：{words}。"),
            format!("The Data may be downloaded from the following networks only: {words}."),
            vec![Says::Bound(Constraint::Networks(list))],
        );
    }
}
