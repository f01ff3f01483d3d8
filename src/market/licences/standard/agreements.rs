//! The open data agreements: CDLA, C-UDA, O-UDA.

use super::super::terms::Action::{
    Analyse, CommercialUse, Derive, PublishResults, Redistribute, Sublicense, TrainModels,
};
use super::super::terms::Duty;
use super::super::terms::Verdict::{Allowed, Conditional, Forbidden};
use super::Standard;
use super::tools::{open, text};

/// Lists them in the order of the catalogue.
pub(super) fn licences() -> Vec<Standard> {
    vec![cdla_permissive(), cdla_sharing(), c_uda(), o_uda()]
}

fn cdla_permissive() -> Standard {
    Standard {
        code: "CDLA-Permissive-2.0",
        label: "2.0",
        title_zh: "社区数据许可协议 宽松 2.0",
        title_en: "Community Data License Agreement Permissive 2.0",
        summary_zh: "可以使用、修改和共享数据；共享数据时须附上协议文本。对通过计算分析得到的结果（包括模型）没有任何限制或义务。不提供任何保证。",
        summary_en: "You may use, change and share the data; when you share it, make the text of the agreement available with it. What you obtain by computational analysis, models included, is free of restrictions and obligations. Nothing is warranted.",
        text_zh: "",
        text_en: text!("CDLA-Permissive-2.0.en.txt"),
        spdx: Some("CDLA-Permissive-2.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 1.1", "", ""),
                (
                    TrainModels,
                    Allowed,
                    "Section 3.1",
                    "模型属于结果，不受限制",
                    "Models are results and free of restrictions",
                ),
                (Derive, Allowed, "Section 1.1", "共享时须附协议文本", "When shared, with the text of the agreement"),
                (PublishResults, Allowed, "Section 3.1", "", ""),
                (CommercialUse, Allowed, "Section 1.1", "", ""),
                (Redistribute, Conditional, "Section 2.1", "须附协议文本", "With the text of the agreement"),
                (
                    Sublicense,
                    Conditional,
                    "Section 5.3",
                    "协议未规定再许可；接收人通过同意本协议获得权利",
                    "Not named; recipients take the data by agreeing to this agreement",
                ),
            ],
            &[(Duty::KeepNotices, "Section 2.1")],
        ),
    }
}

fn cdla_sharing() -> Standard {
    Standard {
        code: "CDLA-Sharing-1.0",
        label: "1.0",
        title_zh: "社区数据许可协议 共享 1.0",
        title_en: "Community Data License Agreement Sharing 1.0",
        summary_zh: "可以使用和发布数据，包括商业使用；发布数据或增强数据时，须采用未经修改的同一协议、保留署名并标明修改。对计算使用所得的结果（包括模型）没有任何限制。",
        summary_en: "You may use and publish the data, also commercially; data and enhanced data that you publish must stay under this same agreement, unmodified, with credits kept and changes marked. Results of computational use are free of restrictions.",
        text_zh: "",
        text_en: text!("CDLA-Sharing-1.0.en.txt"),
        spdx: Some("CDLA-Sharing-1.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 2.1", "", ""),
                (
                    TrainModels,
                    Allowed,
                    "Section 3.5",
                    "结果不得包含超过微量的数据",
                    "Results hold no more than a minimal portion of the data",
                ),
                (
                    Derive,
                    Conditional,
                    "Section 3.1(a)",
                    "发布时须采用同一协议并标明修改",
                    "When published: under the same agreement, with changes marked",
                ),
                (PublishResults, Allowed, "Section 3.5", "", ""),
                (
                    CommercialUse,
                    Allowed,
                    "Section 2.1",
                    "不得对他人的商业或非商业使用附加限制（3.3）",
                    "Others must not be restricted in commercial or other use (3.3)",
                ),
                (
                    Redistribute,
                    Conditional,
                    "Section 3.1",
                    "须采用同一协议并保留署名",
                    "Under the same agreement, with credits kept",
                ),
                (Sublicense, Forbidden, "Section 3.3", "只能采用未经修改的本协议", "Only this agreement, unmodified"),
            ],
            &[
                (Duty::Attribute, "Section 3.1(c)"),
                (Duty::ShareAlike, "Section 3.1(a)"),
                (Duty::KeepNotices, "Section 3.1(b)"),
            ],
        ),
    }
}

fn c_uda() -> Standard {
    Standard {
        code: "C-UDA-1.0",
        label: "1.0",
        title_zh: "数据计算使用协议 1.0",
        title_en: "Computational Use of Data Agreement 1.0",
        summary_zh: "仅可将数据用于计算机分析，包括训练模型；对结果（包括模型）没有任何限制。再分发数据时，须保留署名信息，并使接收人受同一协议约束。提供方不保证其对数据享有任何权利。",
        summary_en: "You may use the data for analysis by computer only, training of models included; results, models among them, are free of restrictions. When you redistribute the data, pass on the credits and bind recipients to the same agreement. The provider does not warrant that it has any rights in the data.",
        text_zh: "",
        text_en: text!("C-UDA-1.0.en.txt"),
        spdx: Some("C-UDA-1.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 1.1", "通过计算机分析", "By computer"),
                (
                    TrainModels,
                    Allowed,
                    "Section 2.2",
                    "模型属于结果，但不得包含超过微量的数据",
                    "Models are results if they hold no more than a minimal portion of the data",
                ),
                (Derive, Conditional, "Section 2.1", "仅限计算用途", "For computational use only"),
                (PublishResults, Allowed, "Section 2.2", "", ""),
                (
                    CommercialUse,
                    Conditional,
                    "Section 2.1",
                    "数据仅限计算用途；结果不受限制",
                    "The data for computational use only; results are free",
                ),
                (
                    Redistribute,
                    Conditional,
                    "Section 3.1",
                    "须保留署名信息，并使接收人受同一协议约束",
                    "Pass on the credits and bind recipients to the same agreement",
                ),
                (Sublicense, Conditional, "Section 3.1.2", "仅可按同一协议", "On the same agreement only"),
            ],
            &[(Duty::Attribute, "Section 3.1.1"), (Duty::ShareAlike, "Section 3.1.2")],
        ),
    }
}

fn o_uda() -> Standard {
    Standard {
        code: "O-UDA-1.0",
        label: "1.0",
        title_zh: "数据开放使用协议 1.0",
        title_en: "Open Use of Data Agreement 1.0",
        summary_zh: "可以出于任何目的使用和修改数据，对结果（包括模型）没有任何限制。可以按自选条款再分发数据，但须保留署名信息，并保护上游提供方的免责条款。提供方不保证其对数据享有任何权利。",
        summary_en: "You may use and change the data for any purpose; results, models among them, are free of restrictions. You may redistribute the data on terms of your choice if you pass on the credits and the disclaimer for upstream providers. The provider does not warrant that it has any rights in the data.",
        text_zh: "",
        text_en: text!("O-UDA-1.0.en.txt"),
        spdx: Some("O-UDA-1.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 2.1.1", "", ""),
                (
                    TrainModels,
                    Allowed,
                    "Section 2.1.2",
                    "模型属于结果，但不得包含超过微量的数据",
                    "Models are results if they hold no more than a minimal portion of the data",
                ),
                (Derive, Allowed, "Section 2.1.1", "", ""),
                (PublishResults, Allowed, "Section 2.1.2", "", ""),
                (CommercialUse, Allowed, "Section 2.1.1", "", ""),
                (
                    Redistribute,
                    Conditional,
                    "Section 3.1",
                    "须保留署名信息和免责条款",
                    "Pass on the credits and the disclaimer",
                ),
                (
                    Sublicense,
                    Conditional,
                    "Section 3.1",
                    "可自选条款，但须含署名和免责要求",
                    "On terms of your choice that ask for the credits and the disclaimer",
                ),
            ],
            &[(Duty::Attribute, "Section 3.1.1"), (Duty::KeepNotices, "Section 3.1.2")],
        ),
    }
}
