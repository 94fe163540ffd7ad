"""The desk (工作台): the start page of each role and the menu."""
