//! The three commercial templates, in Chinese and English with the same clause numbers.

use super::super::terms::Action::{
    Analyse, CommercialUse, Derive, PublishResults, Redistribute, Sublicense, TrainModels,
};
use super::super::terms::Verdict::{Allowed, Conditional, Forbidden};
use super::super::terms::{Duty, Limit};
use super::Standard;
use super::tools::{terms, text};

/// Lists them in the order of the catalogue.
pub(super) fn licences() -> Vec<Standard> {
    vec![evaluation(), analytics(), training()]
}

fn evaluation() -> Standard {
    Standard {
        code: "LicenseRef-Bourse-Evaluation",
        label: "1.0",
        title_zh: "数据评估许可",
        title_en: "Evaluation licence",
        summary_zh: "用于在购买前试用数据30至90日。可以分析数据并训练试验性模型，但不得用于生产或商业目的，不得再分发；期满须删除数据及试验性模型，并提交简短的评估说明。合同模板，不构成法律意见。",
        summary_en: "For trying the data for 30 to 90 days before buying. You may analyse it and train trial models, but not use it in production or commercially, nor pass it on; at the end you delete data and trial models and give a short statement. A template and no legal advice.",
        text_zh: text!("LicenseRef-Bourse-Evaluation.zh.md"),
        text_en: text!("LicenseRef-Bourse-Evaluation.en.md"),
        spdx: None,
        terms: terms(
            [
                (Analyse, Allowed, "§ 3.1", "", ""),
                (
                    TrainModels,
                    Conditional,
                    "§ 3.2",
                    "仅限试验性模型，期满删除",
                    "Trial models only, deleted at the end",
                ),
                (
                    Derive,
                    Conditional,
                    "§ 3.3",
                    "仅限内部评估，期满删除",
                    "For internal evaluation only, deleted at the end",
                ),
                (
                    PublishResults,
                    Conditional,
                    "§ 3.4",
                    "须经许可方事先书面同意",
                    "With the licensor's prior written consent",
                ),
                (CommercialUse, Forbidden, "§ 4.1", "包括投入生产", "Production included"),
                (Redistribute, Forbidden, "§ 4.2", "", ""),
                (Sublicense, Forbidden, "§ 4.3", "", ""),
            ],
            &[
                (Duty::Attribute, "§ 5.1"),
                (Duty::DeleteAtEnd, "§ 6.1"),
                (Duty::ReportUse, "§ 5.3"),
                (Duty::Confidential, "§ 5.2"),
            ],
            &[(Limit::HolderOnly, "§ 2.2"), (Limit::GrantTerm, "§ 2.3")],
        ),
    }
}

fn analytics() -> Standard {
    Standard {
        code: "LicenseRef-Bourse-Internal-Analytics",
        label: "1.0",
        title_zh: "内部分析许可",
        title_en: "Internal analytics licence",
        summary_zh: "用于企业内部的分析与决策，包括以营利为目的的业务。模型和衍生数据仅限内部使用，不得纳入提供给第三方的产品或服务，不得再分发；许可终止后须删除，结果可以保留。合同模板，不构成法律意见。",
        summary_en: "For analysis and decisions inside one's own business, also one run for profit. Models and derived data stay inside, are not built into products or services for others and are not passed on; they are deleted at the end, results may be kept. A template and no legal advice.",
        text_zh: text!("LicenseRef-Bourse-Internal-Analytics.zh.md"),
        text_en: text!("LicenseRef-Bourse-Internal-Analytics.en.md"),
        spdx: None,
        terms: terms(
            [
                (Analyse, Allowed, "§ 3.1", "", ""),
                (
                    TrainModels,
                    Conditional,
                    "§ 3.2",
                    "模型仅限内部使用，终止后删除",
                    "Models for internal use only, deleted at the end",
                ),
                (Derive, Conditional, "§ 3.3", "仅限内部使用，终止后删除", "For internal use only, deleted at the end"),
                (PublishResults, Conditional, "§ 3.4", "须注明来源", "Naming the source"),
                (
                    CommercialUse,
                    Conditional,
                    "§ 3.5",
                    "仅限自身业务决策，不得用于对外的产品或服务",
                    "In decisions of your own business; not in products or services for others",
                ),
                (Redistribute, Forbidden, "§ 4.2", "", ""),
                (Sublicense, Forbidden, "§ 4.3", "", ""),
            ],
            &[(Duty::Attribute, "§ 5.1"), (Duty::DeleteAtEnd, "§ 6.1"), (Duty::Confidential, "§ 5.2")],
            &[(Limit::HolderOnly, "§ 2.2"), (Limit::GrantTerm, "§ 2.3")],
        ),
    }
}

fn training() -> Standard {
    Standard {
        code: "LicenseRef-Bourse-Model-Training",
        label: "1.0",
        title_zh: "模型训练许可",
        title_en: "Model training licence",
        summary_zh: "用于训练模型。许可终止后可以保留模型和权重，并可在产品和服务中商业使用，但不得能从模型中还原数据；数据和衍生数据不得再分发，终止后须删除。合同模板，不构成法律意见。",
        summary_en: "For training models. Models and weights may be kept after the end and used commercially in products and services, as long as the data cannot be reconstructed from them; data and derived data are not passed on and are deleted at the end. A template and no legal advice.",
        text_zh: text!("LicenseRef-Bourse-Model-Training.zh.md"),
        text_en: text!("LicenseRef-Bourse-Model-Training.en.md"),
        spdx: None,
        terms: terms(
            [
                (Analyse, Allowed, "§ 3.1", "", ""),
                (
                    TrainModels,
                    Allowed,
                    "§ 3.2",
                    "终止后可以保留模型和权重",
                    "Models and weights may be kept after the end",
                ),
                (
                    Derive,
                    Conditional,
                    "§ 3.3",
                    "仅为训练模型而内部使用，终止后删除",
                    "Inside, for training only; deleted at the end",
                ),
                (PublishResults, Conditional, "§ 3.4", "须注明来源", "Naming the source"),
                (
                    CommercialUse,
                    Conditional,
                    "§ 3.5",
                    "仅限模型，且不得能从中还原数据",
                    "Models only, if the data cannot be reconstructed from them",
                ),
                (Redistribute, Forbidden, "§ 4.1", "", ""),
                (Sublicense, Forbidden, "§ 4.2", "", ""),
            ],
            &[(Duty::Attribute, "§ 5.1"), (Duty::DeleteAtEnd, "§ 6.1"), (Duty::Confidential, "§ 5.2")],
            &[(Limit::HolderOnly, "§ 2.2"), (Limit::GrantTerm, "§ 2.3")],
        ),
    }
}
