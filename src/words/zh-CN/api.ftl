api-lead = 页面上的所有操作均可由脚本完成。列表含items和next，时间为UTC，金额为{"{"}amount_minor, currency{"}"}。
head-address = 地址
