//! Datasets for quality inspection.

use super::{Dataset, File, Generator, Offer, Version};

pub(super) const DATASETS: &[Dataset] = &[PRESSES, STRIP, PASTE, GEARS, MOTORS];

const PRESSES: Dataset = Dataset {
    owner: "ostwerk-antriebe",
    slug: "press-fit-force-curves",
    title_zh: "伺服压装力-位移曲线与判定",
    title_en: "Servo press force curves with joint verdict",
    summary_zh: "3条产线2,400次轴套压装，每次14个位置的压装力、实测过盈量和OK/NG判定，NG附5类原因。",
    summary_en: "2,400 bushing press-fits from three lines: force at fourteen positions, measured interference and an OK/NG verdict with one of five causes.",
    card_zh: include_str!("cards/presses.zh.md"),
    card_en: include_str!("cards/presses.en.md"),
    sector: "C",
    kind: "tables",
    use_case: "quality_inspection",
    level: "general",
    source_statement: "Recorded on our own lines by the press controllers. Works council agreement of 14 November 2024: no operator identifiers leave the plant.",
    contact: "j.wiesholt@ostwerk.example",
    versions: &[Version {
        label: "1.2.0",
        note: "Cause \"nicht auf Anschlag\" split from \"verkantet\" after a second look at the sections.",
        files: &[File { path: "press_fit_curves.csv", generator: Generator::PressCurves, rows: 2_400 }],
        recall: None,
    }],
    offers: &[
        Offer { title: "Commercial model training", licence: "LicenseRef-Bourse-Model-Training", price_minor: 980_000, currency: "EUR", tax_basis_points: 0, approval: "licensor", payment: "prepaid", payment_days: 30, term_days: Some(1_095), scope: "all_versions" },
        Offer { title: "Evaluation, 60 days", licence: "LicenseRef-Bourse-Evaluation", price_minor: 0, currency: "EUR", tax_basis_points: 0, approval: "licensor", payment: "none", payment_days: 0, term_days: Some(60), scope: "version" },
    ],
};

const STRIP: Dataset = Dataset {
    owner: "qingling-steel",
    slug: "cold-strip-surface-defects",
    title_zh: "冷轧带钢表面缺陷记录",
    title_en: "Surface defects of cold-rolled strip",
    summary_zh: "230卷冷轧带钢的表检系统缺陷清单：位置、类别、尺寸、对比度和等级，约三成经质检员复核，含周期性辊印。",
    summary_en: "Defect list of 230 cold-rolled coils from the inspection cameras: position, class, size, contrast and severity, about a third checked by an inspector, with periodic roll marks.",
    card_zh: include_str!("cards/strip.zh.md"),
    card_en: include_str!("cards/strip.en.md"),
    sector: "C",
    kind: "tables",
    use_case: "quality_inspection",
    level: "general",
    source_statement: "冷轧厂表面检测系统自有数据，钢卷号已重编，不含客户与合同信息。",
    contact: "qiao.yi@qingling.example",
    versions: &[Version {
        label: "1.0.0",
        note: "首次发布，230卷。",
        files: &[File { path: "defects.csv", generator: Generator::StripDefects, rows: 4_350 }],
        recall: None,
    }],
    offers: &[
        Offer { title: "计算用途", licence: "C-UDA-1.0", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "licensor", payment: "none", payment_days: 0, term_days: None, scope: "version" },
        Offer { title: "内部分析（含后续版本）", licence: "LicenseRef-Bourse-Internal-Analytics", price_minor: 850_000, currency: "CNY", tax_basis_points: 600, approval: "instant", payment: "prepaid", payment_days: 14, term_days: Some(365), scope: "all_versions" },
    ],
};

const PASTE: Dataset = Dataset {
    owner: "hexu-electronics",
    slug: "smt-solder-paste-inspection",
    title_zh: "SMT锡膏印刷检测（SPI）逐焊盘数据",
    title_en: "",
    summary_zh: "100块主板、每板50个焊盘的锡膏体积、面积、高度和偏移，含刮刀方向、钢网擦拭周期和人工复判结果。",
    summary_en: "",
    card_zh: include_str!("cards/paste.zh.md"),
    card_en: "",
    sector: "C",
    kind: "tables",
    use_case: "quality_inspection",
    level: "general",
    source_statement: "本公司2号SMT线SPI设备导出，产品为自有品牌控制板；享有数据持有权、使用权和经营权。",
    contact: "su.mo@hexu.example",
    versions: &[Version {
        label: "1.0",
        note: "2026年4月13日白班一个批次。",
        files: &[File { path: "SPI/HX7A_20260413.csv", generator: Generator::PasteInspection, rows: 5_000 }],
        recall: None,
    }],
    offers: &[Offer { title: "模型训练", licence: "LicenseRef-Bourse-Model-Training", price_minor: 880_000, currency: "CNY", tax_basis_points: 600, approval: "licensor", payment: "prepaid", payment_days: 10, term_days: Some(365), scope: "version" }],
};

const GEARS: Dataset = Dataset {
    owner: "songling-institute",
    slug: "gear-flank-deviations",
    title_zh: "磨齿齿轮齿形、齿向与齿距偏差",
    title_en: "Profile, lead and pitch deviations of ground gears",
    summary_zh: "240件磨齿齿轮逐齿测量数据，记录砂轮修整后的件数，可用于研究砂轮磨损与偏差的关系。",
    summary_en: "Tooth-by-tooth measurements of 240 ground gears with the number of parts since dressing, to study wheel wear against deviation.",
    card_zh: include_str!("cards/gears.zh.md"),
    card_en: include_str!("cards/gears.en.md"),
    sector: "C",
    kind: "tables",
    use_case: "quality_inspection",
    level: "general",
    source_statement: "本院齿轮试验室自有磨齿机与测量中心采集，试件为本院加工。",
    contact: "ye.wen@songling.example",
    versions: &[Version {
        label: "1.0.0",
        note: "First release.",
        files: &[File { path: "deviations.csv", generator: Generator::GearDeviations, rows: 2_880 }],
        recall: None,
    }],
    offers: &[Offer { title: "CC BY-NC 4.0", licence: "CC-BY-NC-4.0", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: None, scope: "all_versions" }],
};

const MOTORS: Dataset = Dataset {
    owner: "ostwerk-antriebe",
    slug: "gearmotor-end-of-line-test",
    title_zh: "",
    title_en: "End-of-line test of geared motors",
    summary_zh: "",
    summary_en: "2,200 geared motors on two benches: no-load current, torque ripple, backlash, sound level and two vibration orders, with verdict and cause.",
    card_zh: "",
    card_en: include_str!("cards/motors.en.md"),
    sector: "C",
    kind: "tables",
    use_case: "quality_inspection",
    level: "general",
    source_statement: "Recorded on our own test benches. Serial numbers were replaced; customers and orders are not part of the data.",
    contact: "j.wiesholt@ostwerk.example",
    versions: &[Version {
        label: "2025-10",
        note: "Two weeks of October 2025.",
        files: &[File { path: "eol_tests.csv", generator: Generator::MotorTests, rows: 2_200 }],
        recall: None,
    }],
    offers: &[Offer { title: "CC BY-ND 4.0", licence: "CC-BY-ND-4.0", price_minor: 0, currency: "EUR", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: None, scope: "version" }],
};
