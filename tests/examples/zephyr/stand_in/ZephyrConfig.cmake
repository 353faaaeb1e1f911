# What find_package(Zephyr) does, as far as the example needs it: the target `app`, and the modules. It is not Zephyr:
# the application runs on this machine, fed from a file, so that its sources and its CMakeLists.txt are tested.
enable_language(C)
add_executable(app ${CMAKE_CURRENT_LIST_DIR}/stand_in.c)
set_target_properties(app PROPERTIES C_STANDARD 11)
target_compile_options(app PRIVATE -Wall -Wextra -Werror)
target_include_directories(app PRIVATE ${CMAKE_CURRENT_LIST_DIR}/include)
target_link_libraries(app PRIVATE m)
foreach(module ${EXTRA_ZEPHYR_MODULES})
  get_filename_component(name ${module} NAME)
  add_subdirectory(${module} ${CMAKE_CURRENT_BINARY_DIR}/modules/${name})
endforeach()
