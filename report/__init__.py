"""报 Tell: findings as a sheet, as lines, as one page, and as the whole story of one finding.

| module | form                                                              |
|--------|-------------------------------------------------------------------|
| view   | ReportView, all that a report of one run needs                    |
| sheet  | CSV for Excel and WPS                                             |
| lines  | JSON lines for programs                                           |
| page   | one self-contained HTML page, to be read on a screen or on paper  |
| why    | the whole story of one finding as plain text                      |
| text   | sentences from the catalogues; words of strangers made harmless   |
"""
