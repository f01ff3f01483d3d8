//! The clauses around the uses: definitions, grant, duties, end, liability, term, law, and the seller's own words.

use super::super::terms::{Duty, Limit, NOTE_MAX, Statement};
use super::document::{Document, Says};
use super::parameters::{Liability, Parameters, Training};

/// What the words mean.
pub(super) fn definitions(d: &mut Document, p: &Parameters) {
    d.section("definitions", "定义", "Definitions");
    d.add(
        "data",
        "“数据”指授权凭证所列数据集版本及范围内的全部文件，以及其全部或部分的副本。",
        "“Data” means all files of the dataset, versions and scope named in the receipt, and every copy of them in whole or in part.",
        vec![],
    );
    d.add(
        "parties",
        "“许可方”指授权凭证所列的数据提供方；“被许可方”指授权凭证所列的数据接收方。",
        "“Licensor” means the data provider and “Licensee” the data recipient named in the receipt.",
        vec![],
    );
    if p.affiliates {
        d.add(
            "affiliates",
            "“关联公司”指控制被许可方、受其控制或与其受同一控制的公司，以控制关系存续期间为限。",
            "“Affiliates” means companies that control the Licensee, are controlled by it or are under the same control, as long as that lasts.",
            vec![],
        );
    }
    d.add(
        "results-word",
        "“结果”指通过分析数据得到的结论、指标、统计值和图表，且无法从中还原数据的任何实质部分。",
        "“Results” means findings, metrics, statistics and figures obtained by analysing the Data from which no substantial part of the Data can be reconstructed.",
        vec![],
    );
    d.add(
        "derived-word",
        "“衍生数据”指对数据进行清洗、转换、标注、合并或抽取而得到的数据。",
        "“Derived Data” means data made by cleaning, transforming, labelling, combining or extracting the Data.",
        vec![],
    );
    d.add(
        "model-word",
        "“模型”指使用数据训练、调整或验证的统计模型或机器学习模型，包括其权重和参数。",
        "“Model” means a statistical or machine-learning model that was trained, tuned or validated with the Data, including its weights and parameters.",
        vec![],
    );
    d.add(
        "receipt-word",
        "“授权凭证”指交易系统为本次授权签发的、经数字签名的凭证。",
        "“Receipt” means the digitally signed receipt that the exchange issues for this grant.",
        vec![],
    );
}

/// The grant itself and how it is delivered; the bounds follow in the same section.
pub(super) fn grant(d: &mut Document) {
    d.section("grant", "授权", "Grant");
    d.add(
        "right",
        "许可方授予被许可方一项非独占、不可转让的权利，为 {permitted} 所列用途使用数据；许可方保留本许可未明确授予的一切权利，数据的权益不因本许可而转移。",
        "The Licensor grants the Licensee a non-exclusive, non-transferable right to use the Data for the uses listed in {permitted}. All rights not expressly granted stay with the Licensor, and title to the Data is not transferred.",
        vec![],
    );
    d.add(
        "holder",
        "仅授权凭证所列的被许可方，由其成员或服务账号，可以从交易系统取得数据。",
        "Only the Licensee named in the receipt, through its members or service accounts, may obtain the Data from the exchange.",
        vec![Says::Limit(Limit::HolderOnly)],
    );
    d.add(
        "delivery",
        "交易系统的数据交付随授权的终止而停止。",
        "Delivery of the Data by the exchange stops when the grant ends.",
        vec![Says::Limit(Limit::GrantTerm)],
    );
}

/// The duties while the licence runs.
pub(super) fn duties(d: &mut Document, p: &Parameters) {
    d.section("duties", "义务", "Duties");
    if p.attribution {
        d.add(
            "attribution",
            "被许可方发表或对外提供结果、模型或衍生数据的，应注明数据集名称、版本和许可方名称，但不得暗示许可方认可其结论。",
            "When the Licensee publishes or provides Results, Models or Derived Data, it names the dataset, its version and the Licensor, without suggesting that the Licensor endorses its conclusions.",
            vec![Says::Duty(Duty::Attribute)],
        );
    }
    if p.share_alike {
        d.add(
            "share-alike",
            "被许可方对外提供衍生数据的，应适用与本许可相同的条款。",
            "Derived Data that the Licensee provides to others carries the same terms as this licence.",
            vec![Says::Duty(Duty::ShareAlike)],
        );
    }
    if p.passes_on() {
        d.add(
            "notices",
            "对外提供数据或衍生数据的，应随附本许可文本以及许可方的声明。",
            "Data and Derived Data that are provided to others carry the text of this licence and the Licensor's notices.",
            vec![Says::Duty(Duty::KeepNotices)],
        );
    }
    if p.confidential {
        d.add(
            "confidence",
            "被许可方应对数据保密，采取不低于保护自身同类信息且合理的技术和管理措施，仅向为允许的用途确有必要的人员开放。已合法公开的信息、依法必须披露的信息除外；依法披露前，应在法律允许的范围内通知许可方。",
            "The Licensee keeps the Data confidential, protects it by reasonable technical and organisational measures no weaker than those for its own information of the same kind, and gives access only to people who need it for a permitted use. This does not cover information that is lawfully public or that must be disclosed by law; before disclosure required by law the Licensee tells the Licensor as far as the law permits.",
            vec![Says::Duty(Duty::Confidential)],
        );
    }
    if p.report_use {
        d.add(
            "report",
            "被许可方应每年一次，并在本许可终止后30日内，向许可方书面说明数据的使用情况和所发现的数据缺陷。",
            "Once a year, and within 30 days of the end of this licence, the Licensee tells the Licensor in writing how the Data was used and which defects were found.",
            vec![Says::Duty(Duty::ReportUse)],
        );
    }
    if p.audit {
        d.add(
            "audit",
            "许可方可以提前10个工作日书面通知，每年至多一次，在工作时间内检查被许可方是否遵守本许可；检查由负有保密义务的人员进行，费用由许可方承担，但发现重大违反的除外。",
            "On 10 working days' written notice, at most once a year and in working hours, the Licensor may check whether the Licensee keeps to this licence; the check is done by people bound to confidence and at the Licensor's cost, unless a material breach is found.",
            vec![Says::Duty(Duty::Audit)],
        );
    }
    d.add(
        "leak",
        "被许可方发现数据泄露或未经授权的访问的，应在72小时内书面通知许可方。",
        "The Licensee tells the Licensor in writing within 72 hours when it finds that the Data was leaked or accessed without authorisation.",
        vec![],
    );
}

/// What happens at the end.
pub(super) fn end(d: &mut Document, p: &Parameters) {
    d.section("end", "终止后的处理", "At the end");
    if !p.delete_at_end {
        d.add(
            "keeping",
            "本许可终止前已交付的副本可以保留，并可以继续依 {permitted} 使用，但仍受 {prohibited} 和 {duties} 的约束。",
            "Copies delivered before the end of this licence may be kept and used further as {permitted} permits; {prohibited} and {duties} continue to apply.",
            vec![],
        );
        return;
    }
    let (zh, en) = match p.training {
        Training::Trial | Training::Internal => (
            "本许可终止后30日内，被许可方应删除数据和仅限内部使用的衍生数据的全部副本，以及依 {training} 训练的模型。结果可以保留。",
            "Within 30 days of the end of this licence the Licensee deletes all copies of the Data and of Derived Data for internal use, and the Models trained under {training}. Results may be kept.",
        ),
        Training::Keep | Training::Distribute => (
            "本许可终止后30日内，被许可方应删除数据和仅限内部使用的衍生数据的全部副本。模型、其权重以及结果可以保留。",
            "Within 30 days of the end of this licence the Licensee deletes all copies of the Data and of Derived Data for internal use. Models, their weights and Results may be kept.",
        ),
        Training::None => (
            "本许可终止后30日内，被许可方应删除数据和仅限内部使用的衍生数据的全部副本。结果可以保留。",
            "Within 30 days of the end of this licence the Licensee deletes all copies of the Data and of Derived Data for internal use. Results may be kept.",
        ),
    };
    d.add("deletion", zh, en, vec![Says::Duty(Duty::DeleteAtEnd)]);
    d.add(
        "backups",
        "依法必须留存的副本，以及按常规周期覆盖的备份，可以保留至法定期限或备份周期届满；其间不得使用。",
        "Copies that must be kept by law, and backups that are overwritten in the usual cycle, may remain until the legal period or the cycle is over; they must not be used meanwhile.",
        vec![],
    );
    d.add(
        "confirmation",
        "经许可方要求，被许可方应以书面形式确认删除已完成。",
        "At the Licensor's request the Licensee confirms the deletion in writing.",
        vec![],
    );
}

/// Warranty and liability.
pub(super) fn liability(d: &mut Document, p: &Parameters) {
    d.section("liability", "保证与责任", "Warranty and liability");
    d.add(
        "title",
        "许可方声明其有权就数据授予本许可；就其所知，数据的收集与提供未违反所适用的法律，亦未侵犯第三方的权利。",
        "The Licensor states that it is entitled to grant this licence in the Data and that, to its knowledge, the Data was collected and is provided without breach of applicable law or of the rights of others.",
        vec![],
    );
    d.add(
        "as-is",
        "除 {title} 及数据集页面明确载明的说明外，数据按现状提供。许可方不保证数据无误、完整或适合特定目的。",
        "Apart from {title} and what the page of the dataset expressly states, the Data is provided as it is. The Licensor does not warrant that the Data is free of errors, complete or fit for a particular purpose.",
        vec![],
    );
    let says = |zh: &str, en: &str| vec![Says::Statement(Statement::Liability, zh.to_owned(), en.to_owned())];
    let cap = |times_zh: &str, times_en: &str| {
        (
            format!(
                "任何一方对间接损失、后果性损失和利润损失不承担责任；任何一方因本许可承担的责任总额，以被许可方在事件发生前十二个月内为数据支付的价款{times_zh}为限；数据无偿提供的，以人民币10,000元或等值金额为限。"
            ),
            format!(
                "Neither party is liable for indirect or consequential loss or for loss of profit. The total liability of either party under this licence is limited to {times_en}the price that the Licensee paid for the Data in the twelve months before the event or, where the Data was provided free of charge, to CNY 10,000 or the equivalent."
            ),
        )
    };
    match p.liability {
        Liability::Price => {
            let (zh, en) = cap("", "");
            d.add("cap", zh, en, says("以十二个月内支付的价款为限", "Up to the price of twelve months"));
        }
        Liability::DoublePrice => {
            let (zh, en) = cap("的两倍", "twice ");
            d.add("cap", zh, en, says("以十二个月内支付价款的两倍为限", "Up to twice the price of twelve months"));
        }
        Liability::Statutory => {
            d.add(
                "cap",
                "双方依法承担责任，本许可不另设上限。",
                "The parties are liable as the law provides; this licence sets no cap.",
                says("依法承担，不设上限", "As the law provides, without a cap"),
            );
            return;
        }
    }
    d.add(
        "uncapped",
        "{cap} 不适用于故意或重大过失造成的损失、人身伤害、违反 {prohibited} 或 {duties} 的情形，以及依法不得限制的责任。",
        "{cap} does not apply to loss caused intentionally or by gross negligence, to injury of persons, to a breach of {prohibited} or {duties}, or to liability that cannot be limited by law.",
        vec![],
    );
}

/// Term and termination.
pub(super) fn term(d: &mut Document, p: &Parameters) {
    d.section("term", "期限与终止", "Term and termination");
    d.add(
        "period",
        "本许可自授权凭证载明的起始日生效，至其载明的截止日终止；授权凭证未载明截止日的，本许可持续有效，直至依 {breach} 或 {notice} 终止。",
        "This licence begins on the start date and ends on the end date stated in the receipt. Where the receipt states no end date, it continues until it is terminated under {breach} or {notice}.",
        vec![],
    );
    d.add(
        "breach",
        "一方严重违反本许可，且在收到另一方书面通知后14日内未予纠正的，另一方可以书面通知立即终止本许可。违反 {prohibited} 的，许可方可以不经催告立即终止。",
        "Where a party materially breaches this licence and does not mend the breach within 14 days of written notice, the other party may terminate the licence at once by written notice. In case of a breach of {prohibited} the Licensor may terminate without setting a time limit.",
        vec![],
    );
    d.add(
        "notice",
        "被许可方可以随时提前30日书面通知终止本许可；已支付的价款不予退还，但因许可方违约而终止的除外。",
        "The Licensee may terminate this licence at any time by 30 days' written notice; a price already paid is not refunded, unless the Licensor's breach is the reason.",
        vec![],
    );
    let (zh, en) = if matches!(p.training, Training::Keep | Training::Distribute) {
        (
            "{definitions}、{prohibited}、{duties}、{end}、{liability} 和 {law} 在本许可终止后继续有效，{training} 规定的保留模型的权利亦同，但因被许可方违反 {prohibited} 而终止的除外。",
            "{definitions}, {prohibited}, {duties}, {end}, {liability} and {law} survive the end of this licence; so does the right to keep Models under {training}, unless the licence was terminated because the Licensee breached {prohibited}.",
        )
    } else {
        (
            "{definitions}、{prohibited}、{duties}、{end}、{liability} 和 {law} 在本许可终止后继续有效。",
            "{definitions}, {prohibited}, {duties}, {end}, {liability} and {law} survive the end of this licence.",
        )
    };
    d.add("survival", zh, en, vec![]);
}

/// Governing law and languages.
pub(super) fn law(d: &mut Document, p: &Parameters) {
    d.section("law", "适用法律与文本", "Governing law and language");
    let (zh, en) = if p.law_en.is_empty() {
        ("许可方住所地法律".to_owned(), "the law of the place where the Licensor has its registered seat".to_owned())
    } else {
        (p.law_zh.clone(), p.law_en.clone())
    };
    d.add(
        "governing",
        format!("本许可适用{zh}，但其冲突规范除外。因本许可发生的争议，双方应先行协商；自一方书面提出之日起30日内协商不成的，提交许可方住所地有管辖权的法院解决。"),
        format!("This licence is governed by {en}, without its conflict rules. The parties first try to settle a dispute by negotiation; if they do not succeed within 30 days of a written request, the competent court at the Licensor's seat decides."),
        vec![Says::Statement(Statement::GoverningLaw, first_words(&zh), first_words(&en))],
    );
    d.add(
        "languages",
        "本许可有中文和英文两种文本。两种文本不一致的，以被许可方接受的、授权凭证所记录的文本为准。",
        "This licence exists in Chinese and in English. If the two differ, the text that the Licensee accepted, as recorded in the receipt, prevails.",
        vec![],
    );
    d.add(
        "severability",
        "本许可的个别条款无效的，不影响其他条款的效力。对本许可的变更须以书面形式作出。",
        "If a provision of this licence is invalid, the others remain in force. Changes to this licence must be made in writing.",
        vec![],
    );
}

/// How a text begins, short enough for a note.
fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let cut: String = line.chars().take(NOTE_MAX.saturating_sub(1)).collect();
    if cut.len() < line.len() { format!("{}…", cut.trim_end()) } else { cut }
}

/// The seller's own clauses, word for word.
pub(super) fn custom(d: &mut Document, p: &Parameters) {
    if p.custom.is_empty() {
        return;
    }
    d.section("custom", "补充条款（自拟）", "Custom clauses");
    for clause in &p.custom {
        let one = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (zh, en) = (one(&clause.zh), one(&clause.en));
        let says = Says::Custom(first_words(&zh), first_words(&en));
        let in_zh = if zh.is_empty() { format!("（本款仅有英文）{en}") } else { zh.clone() };
        let in_en = if en.is_empty() { format!("(In Chinese only.) {zh}") } else { en };
        d.foreign(in_zh, in_en, says);
    }
}
