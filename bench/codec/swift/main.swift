
print("todo")
