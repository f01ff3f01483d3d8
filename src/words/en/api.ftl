api-lead = Every act of the pages, for scripts. Lists have items and next; times are UTC; money is {"{"}amount_minor, currency{"}"}.
head-address = Address
