"""发文 Notices as an office sends them: .docx from a template it can edit, PDF, and the list as XLSX.

| module   | what it does                                                            |
|----------|-------------------------------------------------------------------------|
| content  | what a notice says, as words and tables, without any form               |
| faults   | the list of problems of one unit: rows for the .docx and for the XLSX   |
| bulletin | figures of a period over all units, what comes back, month by month     |
| call     | who is assessed, when what is due                                       |
| layout   | the customary layout as an empty .docx with placeholders                |
| template | an office's own .docx: looked at before anything is taken from it       |
| fill     | placeholders become words and tables                                    |
| grid     | a table as wide as the page around it                                   |
| pdf      | .docx to PDF by LibreOffice                                             |
"""
