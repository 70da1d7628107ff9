import Commands

OwnStrategy.run(DipBuyer.self)
