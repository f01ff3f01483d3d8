//! The Creative Commons licences; sections as in their legal code.

use super::super::terms::Action::{
    Analyse, CommercialUse, Derive, PublishResults, Redistribute, Sublicense, TrainModels,
};
use super::super::terms::Duty;
use super::super::terms::Verdict::{Allowed, Conditional, Forbidden};
use super::Standard;
use super::tools::{open, text};

/// Lists them in the order of the catalogue.
pub(super) fn licences() -> Vec<Standard> {
    vec![cc0(), cc_by(), cc_by_sa(), cc_by_nc(), cc_by_nd()]
}

fn cc0() -> Standard {
    Standard {
        code: "CC0-1.0",
        label: "1.0",
        title_zh: "CC0 1.0 通用（公共领域贡献）",
        title_en: "CC0 1.0 Universal",
        summary_zh: "权利人在法律允许的最大范围内放弃对数据的著作权、邻接权和数据库权利。任何人可以出于任何目的使用、修改和再分发，包括商业目的，无须署名。商标权和专利权不受影响，也不提供任何保证。",
        summary_en: "The owner waives copyright, related and database rights as far as the law permits. Anybody may use, change and pass on the data for any purpose, also commercially, without naming the source. Trademarks and patents are not covered, and nothing is warranted.",
        text_zh: "",
        text_en: text!("CC0-1.0.en.txt"),
        spdx: Some("CC0-1.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 2", "", ""),
                (TrainModels, Allowed, "Section 2", "", ""),
                (Derive, Allowed, "Section 2", "", ""),
                (PublishResults, Allowed, "Section 2", "", ""),
                (CommercialUse, Allowed, "Section 2", "", ""),
                (Redistribute, Allowed, "Section 2", "", ""),
                (
                    Sublicense,
                    Conditional,
                    "Section 3",
                    "弃权有效时无须再许可；弃权无效时的后备许可不可再许可",
                    "Not needed where the waiver holds; the fallback licence cannot be sublicensed",
                ),
            ],
            &[],
        ),
    }
}

fn cc_by() -> Standard {
    Standard {
        code: "CC-BY-4.0",
        label: "4.0",
        title_zh: "知识共享 署名 4.0 国际",
        title_en: "Creative Commons Attribution 4.0 International",
        summary_zh: "可以出于任何目的使用、修改和共享数据，包括商业目的。共享数据或其修改版本时，须署名、保留声明、附上许可链接并注明修改。许可不可撤销，但违反许可的，权利自动终止；不提供任何保证。",
        summary_en: "You may use, change and share the data for any purpose, also commercially. When you share it, changed or not, name the source, keep the notices, link the licence and say what you changed. It cannot be revoked, but your rights end if you break it; nothing is warranted.",
        text_zh: "",
        text_en: text!("CC-BY-4.0.en.txt"),
        spdx: Some("CC-BY-4.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 2(a)(1)", "", ""),
                (
                    TrainModels,
                    Allowed,
                    "Section 2(a)(1)",
                    "共享再现数据的模型时须署名",
                    "Name the source when you share a model that reproduces the data",
                ),
                (
                    Derive,
                    Allowed,
                    "Section 2(a)(1)(B)",
                    "共享时须署名并注明修改",
                    "When you share it, name the source and say what you changed",
                ),
                (
                    PublishResults,
                    Allowed,
                    "Section 2(a)(1)",
                    "图表中再现数据的，须署名",
                    "Where figures reproduce the data, name the source",
                ),
                (CommercialUse, Allowed, "Section 2(a)(1)", "", ""),
                (Redistribute, Conditional, "Section 3(a)(1)", "须署名并注明许可", "Name the source and the licence"),
                (
                    Sublicense,
                    Forbidden,
                    "Section 2(a)(1)",
                    "接收人直接从许可人处获得许可",
                    "Recipients are licensed by the licensor directly",
                ),
            ],
            &[(Duty::Attribute, "Section 3(a)(1)"), (Duty::KeepNotices, "Section 3(a)(1)(A)")],
        ),
    }
}

fn cc_by_sa() -> Standard {
    Standard {
        code: "CC-BY-SA-4.0",
        label: "4.0",
        title_zh: "知识共享 署名—相同方式共享 4.0 国际",
        title_en: "Creative Commons Attribution-ShareAlike 4.0 International",
        summary_zh: "可以出于任何目的使用、修改和共享数据，包括商业目的，但须署名；共享修改后的数据时，须采用相同许可或兼容许可。仅在内部使用的修改不受相同方式共享的约束。",
        summary_en: "You may use, change and share the data for any purpose, also commercially, if you name the source; changed data that you share must carry the same or a compatible licence. Changes that you keep to yourself are not bound by that.",
        text_zh: "",
        text_en: text!("CC-BY-SA-4.0.en.txt"),
        spdx: Some("CC-BY-SA-4.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 2(a)(1)", "", ""),
                (
                    TrainModels,
                    Conditional,
                    "Section 3(b)",
                    "共享构成演绎材料的模型时，须采用相同许可",
                    "A shared model that is adapted material carries the same licence",
                ),
                (
                    Derive,
                    Conditional,
                    "Section 3(b)",
                    "共享时须采用相同许可并署名",
                    "When shared: under the same licence, naming the source",
                ),
                (
                    PublishResults,
                    Allowed,
                    "Section 2(a)(1)",
                    "由数据改编的图表，共享时须采用相同许可",
                    "Figures that adapt the data carry the same licence when shared",
                ),
                (CommercialUse, Allowed, "Section 2(a)(1)", "", ""),
                (Redistribute, Conditional, "Section 3(a)(1)", "须署名并注明许可", "Name the source and the licence"),
                (
                    Sublicense,
                    Forbidden,
                    "Section 2(a)(1)",
                    "接收人直接从许可人处获得许可",
                    "Recipients are licensed by the licensor directly",
                ),
            ],
            &[
                (Duty::Attribute, "Section 3(a)(1)"),
                (Duty::ShareAlike, "Section 3(b)(1)"),
                (Duty::KeepNotices, "Section 3(a)(1)(A)"),
            ],
        ),
    }
}

fn cc_by_nc() -> Standard {
    Standard {
        code: "CC-BY-NC-4.0",
        label: "4.0",
        title_zh: "知识共享 署名—非商业性使用 4.0 国际",
        title_en: "Creative Commons Attribution-NonCommercial 4.0 International",
        summary_zh: "仅可出于非商业目的使用、修改和共享数据，共享时须署名。主要为获取商业利益或金钱报酬的使用不在许可范围内，须另行取得许可。企业内部使用是否属于非商业性使用，取决于使用目的，应谨慎判断。",
        summary_en: "You may use, change and share the data for non-commercial purposes only, naming the source when you share. Use primarily intended for commercial advantage or money is not licensed and needs another licence. Whether use inside a company is non-commercial depends on its purpose: judge with care.",
        text_zh: "",
        text_en: text!("CC-BY-NC-4.0.en.txt"),
        spdx: Some("CC-BY-NC-4.0"),
        terms: open(
            [
                (Analyse, Conditional, "Section 2(a)(1)(A)", "仅限非商业目的", "For non-commercial purposes only"),
                (
                    TrainModels,
                    Conditional,
                    "Section 2(a)(1)",
                    "仅限非商业目的；共享再现数据的模型时须署名",
                    "For non-commercial purposes only; name the source when a shared model reproduces the data",
                ),
                (
                    Derive,
                    Conditional,
                    "Section 2(a)(1)(B)",
                    "仅限非商业目的；共享时须署名并注明修改",
                    "For non-commercial purposes only; when shared, name the source and say what you changed",
                ),
                (PublishResults, Conditional, "Section 2(a)(1)", "仅限非商业目的", "For non-commercial purposes only"),
                (
                    CommercialUse,
                    Forbidden,
                    "Section 2(a)(1)",
                    "主要为获取商业利益或金钱报酬的使用",
                    "Use primarily intended for commercial advantage or money",
                ),
                (
                    Redistribute,
                    Conditional,
                    "Section 2(a)(1)(A)",
                    "仅限非商业目的，须署名",
                    "For non-commercial purposes only, naming the source",
                ),
                (
                    Sublicense,
                    Forbidden,
                    "Section 2(a)(1)",
                    "接收人直接从许可人处获得许可",
                    "Recipients are licensed by the licensor directly",
                ),
            ],
            &[(Duty::Attribute, "Section 3(a)(1)"), (Duty::KeepNotices, "Section 3(a)(1)(A)")],
        ),
    }
}

fn cc_by_nd() -> Standard {
    Standard {
        code: "CC-BY-ND-4.0",
        label: "4.0",
        title_zh: "知识共享 署名—禁止演绎 4.0 国际",
        title_en: "Creative Commons Attribution-NoDerivatives 4.0 International",
        summary_zh: "可以出于任何目的使用数据，包括商业目的，并可原样共享，共享时须署名。可以自行修改数据，但不得共享修改后的数据。",
        summary_en: "You may use the data for any purpose, also commercially, and share it unchanged, naming the source. You may change it for yourself, but must not share what you changed.",
        text_zh: "",
        text_en: text!("CC-BY-ND-4.0.en.txt"),
        spdx: Some("CC-BY-ND-4.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 2(a)(1)", "", ""),
                (
                    TrainModels,
                    Conditional,
                    "Section 3(a)(2)",
                    "构成演绎材料的模型不得共享",
                    "A model that is adapted material must not be shared",
                ),
                (
                    Derive,
                    Conditional,
                    "Section 2(a)(1)(B)",
                    "仅供自用，不得共享",
                    "For yourself only; it must not be shared",
                ),
                (
                    PublishResults,
                    Conditional,
                    "Section 3(a)(2)",
                    "可以发表结论；不得包含经改编的数据",
                    "Findings may be published; adapted data must not be in them",
                ),
                (CommercialUse, Allowed, "Section 2(a)(1)", "", ""),
                (
                    Redistribute,
                    Conditional,
                    "Section 3(a)(1)",
                    "原样共享，须署名并注明许可",
                    "Unchanged, naming the source and the licence",
                ),
                (
                    Sublicense,
                    Forbidden,
                    "Section 2(a)(1)",
                    "接收人直接从许可人处获得许可",
                    "Recipients are licensed by the licensor directly",
                ),
            ],
            &[(Duty::Attribute, "Section 3(a)(1)"), (Duty::KeepNotices, "Section 3(a)(1)(A)")],
        ),
    }
}
