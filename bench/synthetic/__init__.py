"""An invented archive in the model of this project: nobody in it exists."""
