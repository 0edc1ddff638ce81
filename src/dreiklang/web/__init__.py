"""The screens: what people see and press. Words, layout and HTTP live here; every change is a command of the domain.

Faces: *desk* (agents), *portal* (requesters, customer contacts), *control* (administrators), *sign_in*. What they
share: ``routing`` (who may open a page), ``middleware`` (headers, refusals as pages), ``components`` (badges,
promises, persons).
"""
